"""Measurements, run by ``make bench``: our app beside a reference app and a floor."""
