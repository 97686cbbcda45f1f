"""Why a call went as it went: rules that look for evidence, and the verdict that the first certain one gives."""
