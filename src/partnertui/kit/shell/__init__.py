"""The frame around the view: header, menu, footer; navigation, sign-in, help."""
