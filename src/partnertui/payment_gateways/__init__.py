"""Payment gateways: charge, refund, look up; without database or interface."""
