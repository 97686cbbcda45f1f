"""The frame around the stage: header, menu, footer."""
