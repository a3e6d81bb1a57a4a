#!/usr/bin/env python3
"""Records in the command line: signed meter readings, OCPI records, usage: cli_records.py ROAM."""
import base64
import glob
import os
from fractions import Fraction
from xml.sax.saxutils import escape

from roam_cli import CHARGING, Cli, count, example, main, read, shared_data, spoilt

COSTS = ["total_cost", "total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost",
         "total_reservation_cost"]
VOLUMES = ["total_energy", "total_time", "total_parking_time"]


def signed_values(number):
    """The readings of an example: [OCMF record], key."""
    signed = read(example(number))["signed_data"]
    return [base64.b64decode(value["signed_data"]).decode() for value in signed["signed_values"]], signed["public_key"]


def xml(values):
    """S.A.F.E. XML of (record, key, transaction)."""
    body = "".join(f'<value transactionId="{transaction}"><signedData format="OCMF" encoding="plain">{escape(record)}'
                   f'</signedData><publicKey encoding="plain">{key}</publicKey></value>'
                   for record, key, transaction in values)
    return f'<?xml version="1.0" encoding="UTF-8"?><values>{body}</values>'.encode()


class Ocmf(Cli):
    def test_example_readings_in_file_order(self):
        values = [(record, signed_values(n)[1], f"{n}-{i}") for n in range(1, 31)
                  for i, record in enumerate(signed_values(n)[0])]
        result = self.done("ocmf", "verify", self.save("all.xml", xml(values)))
        self.assertEqual([v["transaction"] for v in result["values"]], [t for _, _, t in values])
        self.assertEqual({v["curve"] for v in result["values"]},
                         {"secp256r1", "secp256k1", "secp384r1", "brainpool256r1", "brainpool384r1"})
        for value in result["values"]:
            self.shape(value, "valid", "curve", "hash", "transaction", "meter", "gateway", "page", "readings")
            self.assertIs(value["valid"], True)
            count["property"] += 1

    def test_one_false_value_among_many(self):
        values = [(signed_values(n)[0][0], signed_values(n)[1], str(n)) for n in range(1, 9)]
        for place, (record, key, transaction) in enumerate(values):
            changed = list(values)
            changed[place] = (record.replace('"RV":', '"RV":1'), key, transaction)
            result = self.done("ocmf", "verify", self.save("false.xml", xml(changed)), status=1)
            self.assertEqual([v["valid"] for v in result["values"]], [i != place for i in range(8)])
            self.assertEqual(result["values"][place]["error"], "E_VERIFY")
        others_key = [(values[0][0], values[1][1], "0")]
        self.done("ocmf", "verify", self.save("key.xml", xml(others_key)), status=1)

    def test_bare_strings(self):
        (begin, end), key = signed_values(1)
        for record in (begin, end + "\n"):
            result = self.done("ocmf", "verify", self.save("bare", record.encode()), "--key", key)
            self.shape(result["values"][0], "valid", "curve", "hash", "meter", "gateway", "page", "readings")
        hexadecimal = base64.b64decode(key).hex()
        self.assertTrue(self.done("ocmf", "verify", "bare", "--key", hexadecimal)["values"][0]["valid"])
        self.save("false", begin.replace('"RV":', '"RV":1').encode())
        self.assertFalse(self.done("ocmf", "verify", "false", "--key", key, status=1)["values"][0]["valid"])
        other = signed_values(6)[1]
        for wrong in (other, "00", "", "zz", key[:-4], hexadecimal[:-2]):
            self.assertIn(self.run_roam("ocmf", "verify", "bare", "--key", wrong).returncode, (1, 2), wrong)
            count["negative"] += 1
        self.refused(2, "ocmf", "verify", "bare", says=["bare", "--key"])
        self.refused(2, "ocmf", "verify", "bare", "--key", "00", says=["bare", "1 bytes"])
        for text in ("OCMF|", "OCMF||", "OCMF|{}|{}", "OCMF|{}|", begin[:200], begin.replace("OCMF|", "OCMF||")):
            self.refused(2, "ocmf", "verify", self.save("broken", text.encode()), "--key", key, says=["broken"])

    def test_what_is_no_such_file(self):
        for text in (b"", b"hello", b"<values>", b"<values></values>", b"<a/>", b'<!DOCTYPE a><values></values>',
                     xml([("x", "00", "1")]).replace(b'"plain"', b'"odd"'), b"\x00\xff"):
            self.refused(2, "ocmf", "verify", self.save("broken", text), says=["broken"])

    def test_real_files(self):
        folder = shared_data(self, "ocmf")
        numbers = {"OCMF_Test_Data_00.xml": 2, "VW_OCMF_load.xml": 1, "keba_test.xml": 100, "ocmf_tariff_1.xml": 1,
                   "test_ocmf_keba_kcp30.xml": 1}
        for name, values in numbers.items():
            result = self.done("ocmf", "verify", os.path.join(folder, name))
            self.assertEqual([v["valid"] for v in result["values"]], [True] * values, name)
        false = self.done("ocmf", "verify", os.path.join(folder, "test_ocmf_keba_kcp30_fail.xml"), status=1)
        self.assertEqual([(v["valid"], v["error"]) for v in false["values"]], [(False, "E_VERIFY")])


class Price(Cli):
    def agrees(self, stated, found):
        """Every total that the CDR states, to four decimals."""
        names = [name for name in COSTS + VOLUMES if name in stated]
        for name in names:
            for part in ("excl_vat", "incl_vat") if name in COSTS else (None,):
                want, got = (stated[name][part], found[name][part]) if part else (stated[name], found[name])
                self.assertRegex(got, r"^\d+\.\d{4}$")
                self.assertEqual(Fraction(got), Fraction(str(want)), (name, part))
                count["property"] += 1
        self.assertIn("total_cost", names)

    def test_examples(self):
        for number in range(1, 31):
            found = self.done("ocpi", "price", example(number), "--check")
            self.shape(found, "currency", *COSTS, *VOLUMES, "differences")
            self.agrees(read(example(number)), found)
            self.assertEqual(found["differences"], [])
            with_tariff = self.done("ocpi", "price", example(number), "--tariff", os.path.join(CHARGING, "tariff.json"))
            self.assertEqual(with_tariff, found)

    def test_published_vectors(self):
        """Times of the vectors are UTC. One of them states the total before the tariff's minimum price."""
        folder = shared_data(self, "ocpi/tariff-vectors")
        vectors = sorted(glob.glob(os.path.join(folder, "*/cdr*.json")))
        self.assertGreaterEqual(len(vectors), 6)
        for path in vectors:
            tariff = os.path.join(os.path.dirname(path), "tariff.json")
            stated = read(path)
            if path.endswith("025kwh_min_price/cdr2_less_than_2kWh.json"):
                self.assertEqual(stated["total_cost"], {"excl_vat": 0.3, "incl_vat": 0.33})
                stated["total_cost"] = read(tariff)["min_price"]
            self.agrees(stated, self.done("ocpi", "price", "--tariff", tariff, path, "--time-zone", "UTC"))

    def test_stated_totals_that_differ(self):
        for name in COSTS[:-1] + VOLUMES:
            cdr = read(example(1))
            if name in COSTS:
                cdr[name]["incl_vat"] += 0.0001
            else:
                cdr[name] += 0.0001
            self.save("cdr.json", cdr)
            found = self.done("ocpi", "price", "cdr.json", "--check", status=1)
            self.assertEqual([difference["field"] for difference in found["differences"]], [name])
            self.shape(found["differences"][0], "field", "part", "stated", "computed")
            self.assertEqual(self.done("ocpi", "price", "cdr.json"), found)

    def test_malformed(self):
        cdr = read(example(1))
        period = ["charging_periods", 0]
        for path in (["currency"], ["start_date_time"], ["charging_periods"], [*period, "start_date_time"],
                     [*period, "dimensions"], [*period, "dimensions", 0, "type"], ["tariffs"],
                     [*period, "dimensions", 0, "volume"], ["tariffs", 0, "elements"], ["tariffs", 0, "currency"]):
            for wrong, changed in spoilt(cdr, path):
                if (path[-1] == "volume" and wrong == 1.5) or (path[-1] == "dimensions" and wrong == []):
                    continue
                self.refused((1, 2, 3), "ocpi", "price", self.save("broken.json", changed), says=["roam: broken.json: "])
        self.refused(2, "ocpi", "price", self.save("broken.json", b'{"a": '), says=["broken.json"])
        self.refused(2, "ocpi", "price", self.save("broken.json", b'{"id": 1, "id": 2}'), says=["broken.json"])
        self.refused(2, "ocpi", "price", example(1), "--tariff", example(1), says=["cdr-001.json"])
        self.refused(3, "ocpi", "price", example(1), "--time-zone", "Europe/Nowhere", says=["Europe/Nowhere"])
        self.refused(2, "ocpi", "price", example(1), "--time-zone", "../zone", says=["../zone"])


class Usage(Cli):
    def test_fee_of_every_example_is_its_price(self):
        self.done("ocpi", "rate-card", os.path.join(CHARGING, "tariff.json"), "card.json")
        for number in range(1, 31):
            record = f"record-{number}.json"
            made = self.done("ocpi", "usage", example(number), record)
            self.shape(made, "commitment", "written")
            self.assertEqual(self.done("usage", "commitment", "--record", record)["commitment"], made["commitment"])
            fee = self.done("usage", "rate", "card.json", record)
            self.shape(fee, "billed", "rated_minor", "fee_minor", "service_missed", "payable_minor", "payable_tax_minor")
            total = read(example(number))["total_cost"]
            net, gross = (Fraction(str(total[part])) * 10000 for part in ("excl_vat", "incl_vat"))
            self.assertEqual((int(fee["payable_minor"]), int(fee["payable_tax_minor"])), (gross, gross - net))

    def test_hold_and_service(self):
        tariff = os.path.join(CHARGING, "tariff.json")
        self.done("ocpi", "rate-card", tariff, "sla.json", "--decimals", 2, "--rounding", "down",
                  "--service-threshold", 990000, "--service-credit", 250000)
        self.done("ocpi", "usage", example(1), "poor.json", "--service", 989999)
        self.done("ocpi", "usage", example(1), "good.json", "--service", 990000)
        fee = {name: self.done("usage", "rate", "sla.json", f"{name}.json") for name in ("poor", "good")}
        self.assertEqual(fee["good"]["fee_minor"], {"net": "741", "gross": "879"})
        self.assertEqual(fee["poor"]["fee_minor"], {"net": str(741 * 3 // 4), "gross": str(879 * 3 // 4)})
        self.assertEqual([fee[name]["service_missed"] for name in ("poor", "good")], [True, False])
        held = self.done("usage", "rate", "sla.json", "good.json", "--hold-minor", 800)
        self.assertEqual((held["payable_minor"], held["payable_tax_minor"]), ("800", str(800 - 741)))

    def test_salts_are_fresh(self):
        commitments = {self.done("ocpi", "usage", example(1), f"fresh-{i}.json")["commitment"] for i in range(8)}
        self.assertEqual(len(commitments), 8)

    def test_readings_that_do_not_agree(self):
        cdr = read(example(1))
        cdr["charging_periods"][0]["dimensions"][0]["volume"] += 0.1
        self.refused(1, "ocpi", "usage", self.save("more.json", cdr), "out", says=["more.json"])
        cdr = read(example(1))
        cdr["signed_data"]["signed_values"][1] = read(example(2))["signed_data"]["signed_values"][1]
        self.refused(1, "ocpi", "usage", self.save("other.json", cdr), "out", says=["other.json"])
        self.assertFalse(os.path.exists(self.at("out")))

    def test_malformed(self):
        self.done("ocpi", "rate-card", os.path.join(CHARGING, "tariff.json"), "c.json")
        self.done("ocpi", "usage", example(1), "r.json")
        card, record = read(self.at("c.json")), read(self.at("r.json"))
        for name, value, command in (("c.json", card, "--card"), ("r.json", record, "--record")):
            for member in value:
                for wrong, changed in spoilt(value, [member]):
                    if wrong == [] and member in ("last", "slots", "quantity"):
                        continue
                    inner = "net" if wrong == {} and member in ("fixed", "minimum", "maximum") else member
                    self.save("broken.json", changed)
                    self.refused(2, "usage", "commitment", command, "broken.json", says=["broken.json", inner])
            self.save("broken.json", {**value, "more": 1})
            self.refused(2, "usage", "commitment", command, "broken.json", says=["broken.json", "more"])
        self.refused(2, "usage", "rate", "r.json", "c.json", says=["r.json"])
        self.refused(2, "usage", "rate", "c.json", "c.json", says=["c.json"])
        self.refused(2, "usage", "commitment", says=["--card", "--record"])
        self.refused(2, "usage", "commitment", "--card", "c.json", "--record", "r.json", says=["either"])


main()
