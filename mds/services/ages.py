"""Years of age as the tables of the map tell them: by band, and a part of a band by its years."""

from __future__ import annotations


def in_words(ages: str) -> str:
    """SQL: a list of the years of age of one band as "17" or "11-13, 15"; the band itself where it holds all of them.

    The relation around it is `found`, with the band's `first_age`.
    """
    return f"""
        (SELECT CASE WHEN len({ages}) = count(DISTINCT y.age) THEN any_value(y.band) ELSE (
            SELECT string_agg(CASE WHEN first = last THEN first::VARCHAR ELSE concat(first, '-', last) END, ', ' ORDER BY first)
            FROM (SELECT min(age) AS first, max(age) AS last FROM (
                SELECT age, age - row_number() OVER (ORDER BY age) AS run FROM (SELECT unnest({ages}) AS age)) GROUP BY run)
        ) END FROM year_of_age AS y WHERE y.first_age = found.first_age)
    """
