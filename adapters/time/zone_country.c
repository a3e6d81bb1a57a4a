#include "zone.h"

#include <stddef.h>
#include <string.h>

/* Countries with one civil time; territories that keep another one have country codes of their own. Absent on
 * purpose, because the country does not tell the time: Australia, Brazil, Canada, Chile, Cyprus, Ecuador,
 * Indonesia, Mexico, New Zealand, Portugal, Russia, Spain, Ukraine, the United States and others. */
static const struct {
    char alpha3[4], alpha2[3];
    const char *zone;
} countries[] = {
    {"ALB", "AL", "Europe/Tirane"},       {"AND", "AD", "Europe/Andorra"},
    {"ARE", "AE", "Asia/Dubai"},          {"ARM", "AM", "Asia/Yerevan"},
    {"AUT", "AT", "Europe/Vienna"},       {"AZE", "AZ", "Asia/Baku"},
    {"BEL", "BE", "Europe/Brussels"},     {"BGR", "BG", "Europe/Sofia"},
    {"BHR", "BH", "Asia/Bahrain"},        {"BIH", "BA", "Europe/Sarajevo"},
    {"BLR", "BY", "Europe/Minsk"},        {"CHE", "CH", "Europe/Zurich"},
    {"COL", "CO", "America/Bogota"},      {"CZE", "CZ", "Europe/Prague"},
    {"DEU", "DE", "Europe/Berlin"},       {"DNK", "DK", "Europe/Copenhagen"},
    {"EGY", "EG", "Africa/Cairo"},        {"EST", "EE", "Europe/Tallinn"},
    {"FIN", "FI", "Europe/Helsinki"},     {"FRA", "FR", "Europe/Paris"},
    {"FRO", "FO", "Atlantic/Faroe"},      {"GBR", "GB", "Europe/London"},
    {"GEO", "GE", "Asia/Tbilisi"},        {"GGY", "GG", "Europe/Guernsey"},
    {"GIB", "GI", "Europe/Gibraltar"},    {"GRC", "GR", "Europe/Athens"},
    {"HKG", "HK", "Asia/Hong_Kong"},      {"HRV", "HR", "Europe/Zagreb"},
    {"HUN", "HU", "Europe/Budapest"},     {"IMN", "IM", "Europe/Isle_of_Man"},
    {"IND", "IN", "Asia/Kolkata"},        {"IRL", "IE", "Europe/Dublin"},
    {"ISL", "IS", "Atlantic/Reykjavik"},  {"ISR", "IL", "Asia/Jerusalem"},
    {"ITA", "IT", "Europe/Rome"},         {"JEY", "JE", "Europe/Jersey"},
    {"JOR", "JO", "Asia/Amman"},          {"JPN", "JP", "Asia/Tokyo"},
    {"KOR", "KR", "Asia/Seoul"},          {"KWT", "KW", "Asia/Kuwait"},
    {"LIE", "LI", "Europe/Vaduz"},        {"LTU", "LT", "Europe/Vilnius"},
    {"LUX", "LU", "Europe/Luxembourg"},   {"LVA", "LV", "Europe/Riga"},
    {"MCO", "MC", "Europe/Monaco"},       {"MDA", "MD", "Europe/Chisinau"},
    {"MKD", "MK", "Europe/Skopje"},       {"MLT", "MT", "Europe/Malta"},
    {"MNE", "ME", "Europe/Podgorica"},    {"NLD", "NL", "Europe/Amsterdam"},
    {"NOR", "NO", "Europe/Oslo"},         {"OMN", "OM", "Asia/Muscat"},
    {"PER", "PE", "America/Lima"},        {"PHL", "PH", "Asia/Manila"},
    {"POL", "PL", "Europe/Warsaw"},       {"QAT", "QA", "Asia/Qatar"},
    {"ROU", "RO", "Europe/Bucharest"},    {"SAU", "SA", "Asia/Riyadh"},
    {"SGP", "SG", "Asia/Singapore"},      {"SMR", "SM", "Europe/San_Marino"},
    {"SRB", "RS", "Europe/Belgrade"},     {"SVK", "SK", "Europe/Bratislava"},
    {"SVN", "SI", "Europe/Ljubljana"},    {"SWE", "SE", "Europe/Stockholm"},
    {"THA", "TH", "Asia/Bangkok"},        {"TUN", "TN", "Africa/Tunis"},
    {"TUR", "TR", "Europe/Istanbul"},     {"TWN", "TW", "Asia/Taipei"},
    {"URY", "UY", "America/Montevideo"},  {"VAT", "VA", "Europe/Vatican"},
    {"ZAF", "ZA", "Africa/Johannesburg"},
};

const char *zone_of_country(const char *country)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (strcmp(country, countries[i].alpha3) == 0 || strcmp(country, countries[i].alpha2) == 0)
            return countries[i].zone;
    return NULL;
}
