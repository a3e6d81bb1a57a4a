/* The proleptic Gregorian calendar in integers, and the fixed-width decimal fields that time stamps are made
 * of. */
#ifndef ROAM_CIVIL_H
#define ROAM_CIVIL_H

#include "err.h"

/* Days from 1970-01-01 to year-month-day, negative before. month 1..12, day 1..31. */
int64_t civil_days(int year, int month, int day);
/* The inverse, for days of the years 1..9999. */
void civil_from_days(int *year, int *month, int *day, int64_t days);
/* 0 = Monday .. 6 = Sunday. */
int civil_weekday(int64_t days);
/* Days in a month, 0 for a month outside 1..12. */
int civil_month_length(int year, int month);

/* "2021-10-26T10:20:52" -> seconds since 1970 as if it were UTC; text holds at least 19 bytes. Years
 * 1000..9999, real days, no leap seconds. ROAM_E_FORMAT otherwise. */
ROAM_MUST_USE enum roam_err civil_parse(int64_t *seconds, const char text[19]);
/* count digits at text as a number, -1 if one is not a digit; count <= 9. */
int civil_digits(const char *text, int count);

#endif
