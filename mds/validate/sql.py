"""The words that rules may use beside the fields: dates and ages, as SQL macros."""

MACROS = (
    "CREATE MACRO birthday(born, years) AS CAST(born + to_years(CAST(years AS INTEGER)) AS DATE)",
    "CREATE MACRO age_years(born, on_day) AS"
    " CAST(date_part('year', age(CAST(on_day AS TIMESTAMP), CAST(born AS TIMESTAMP))) AS INTEGER)",
    "CREATE MACRO is_colour(word) AS lower(word) IN"
    " ('blue', 'green', 'yellow', 'amber', 'orange', 'red', 'navy', 'purple', 'black', 'white')",
    "CREATE MACRO high_level(place) AS left(place, 1) || '0'",
    "CREATE MACRO hours_between(early, late) AS date_diff('minute', early, late) / 60.0",
    "CREATE MACRO is_active(superseded, on_day) AS (superseded IS NULL OR superseded > on_day)",
)
