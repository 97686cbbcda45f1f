"""Reading CSV files from other programs: dialect, records, headings, amounts, problems by line."""
