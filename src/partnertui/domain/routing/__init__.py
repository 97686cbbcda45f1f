"""Call routing: time conditions, number patterns, and the route through rules, groups and menus."""
