"""What happens to a call: time conditions, number patterns, and the way over rules, groups and menus."""
