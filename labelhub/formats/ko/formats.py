"""Korean dates in the order that Korean is spoken: the half of the day before the hour."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
TIME_FORMAT = "A g:i"
