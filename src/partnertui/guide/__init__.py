"""The user guide: chapters written from the screens' declarations, with pictures of demo data."""
