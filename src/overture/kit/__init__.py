"""Small tools without domain words: clock, ids, errors, durations, money, pagination."""
