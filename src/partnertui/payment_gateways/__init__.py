"""Payment gateways: charge, refund, look up by key. They know neither database nor interface."""
