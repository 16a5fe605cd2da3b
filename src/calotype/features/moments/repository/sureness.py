"""Which photos have a time that one can build on."""

from calotype.features.photos import SCREENSHOT_NAME

# Not the time of the upload or of the file (0, 6), nor the first instant of a clock that was never set; the first
# photograph is of 1826. What shows a screen is no memory.
IS_SURE = f"""
    p.status = 0 and p.taken_source not in (0, 6) and p.taken_local < now() + interval '1 day'
    and p.taken_local > '1826-01-01' and p.taken_local not in ('1970-01-01', '1980-01-01', '2000-01-01')
    and p.file_name !~* '{SCREENSHOT_NAME}'
"""
