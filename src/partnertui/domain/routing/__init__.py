"""Call routing: time conditions, number patterns, and the route of a call through rules, groups and menus."""
