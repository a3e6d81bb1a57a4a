#!/usr/bin/env python3
"""Writes the seed inputs of the fuzz targets into corpus/, all of them made up. Needs the openssl command. Signatures and
keys are new on every run: run it only to add cases."""
import base64
import json
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
READING = '{"TM":"2024-05-01T%s,000+0200 S","TX":"%s","RV":%s,"RI":"1-0:1.8.0","RU":"kWh","RT":"DC","EF":"","ST":"G"}'
HEAD = '{"FV":"1.1","GI":"made up","GS":"G1","PG":"T%d","MS":"M1","IS":false,"TT":"t","RD":[%s]}'
CURVES = {"secp256r1": "prime256v1", "secp192k1": "secp192k1", "brainpool384r1": "brainpoolP384r1"}


def put(target, name, data):
    folder = f"{HERE}/corpus/{target}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}", "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def sign(curve, payload):
    """The key in DER, and the record."""
    with tempfile.NamedTemporaryFile() as key:
        key.write(openssl("ecparam", "-name", CURVES[curve], "-genkey", "-noout"))
        key.flush()
        signature = openssl("dgst", "-sha256", "-sign", key.name, data=payload.encode())
        public = openssl("ec", "-in", key.name, "-pubout", "-outform", "DER")
    section = {"SA": f"ECDSA-{curve}-SHA256", "SD": signature.hex()}
    return public, f"OCMF|{payload}|{json.dumps(section)}"


def ocmf():
    both = ",".join([READING % ("10:00:00", "B", "1.5"), READING % ("10:30:00", "C", '"   2.25"'), '{"TX":"E","RV":3.1234}'])
    for curve in CURVES:
        public, record = sign(curve, HEAD % (7, both))
        put("fuzz_ocmf", curve, public.hex() + "\n" + record)
    public, record = sign("secp256r1", HEAD % (8, READING % ("10:00:00", "B", "1.5")))
    put("fuzz_ocmf", "begin_only", base64.b64encode(public).decode() + "\n" + record)
    put("fuzz_ocmf", "malformed", "00\nOCMF|{\"PG\":\"T1\"}|{\"SD\":\"3006020101020101\"}")


def xml():
    public, record = sign("secp256r1", HEAD % (7, READING % ("10:00:00", "B", "1.5")))
    value = '<value transactionId="1" context="Transaction.Begin"><signedData format="OCMF" encoding="%s">%s</signedData>' \
            '<publicKey encoding="%s">%s</publicKey></value>'
    escaped = record.replace("&", "&amp;").replace("<", "&lt;")
    plain = value % ("plain", escaped, "plain", public.hex())
    coded = value % ("base64", base64.b64encode(record.encode()).decode(), "base64", base64.b64encode(public).decode())
    hexed = value % ("hex", record.encode().hex(), "", "")
    put("fuzz_xml", "all", f'<?xml version="1.0"?><values>{plain}{coded}{hexed}</values>')
    put("fuzz_xml", "cdata", "<values><value><signedData><![CDATA[OCMF|{}|{}]]></signedData></value></values>")
    put("fuzz_xml", "doctype", '<!DOCTYPE values [<!ENTITY a "OCMF">]><values><value><signedData>&a;</signedData></value></values>')


def ocpi():
    def component(kind, price, step):
        return {"type": kind, "price": price, "vat": 19.0, "step_size": step}

    def period(hour, **volumes):
        dimensions = [{"type": kind, "volume": volume} for kind, volume in volumes.items()]
        return {"start_date_time": f"2024-05-01T{hour:02}:00:00Z", "dimensions": dimensions, "tariff_id": "t"}

    def cdr(energy, *periods, **more):
        return {"id": "c", "currency": "EUR", "start_date_time": "2024-05-01T08:00:00Z", "end_date_time": "2024-05-01T20:00:00Z",
                "cdr_location": {"country": "NLD"}, "charging_periods": periods, "total_energy": energy, "total_time": 12,
                "total_cost": {"before_taxes": 5.0, "taxes": [{"name": "VAT", "amount": 0.95}]}, **more}

    def tariff(*elements, **more):
        return {"id": "t", "currency": "EUR", "elements": elements, **more}

    def save(name, a_tariff, a_cdr):
        put("fuzz_ocpi", name, json.dumps(a_tariff) + "\n---\n" + json.dumps(a_cdr))

    rules = {"start_time": "22:00", "end_time": "06:00", "min_kwh": 1.5, "max_kwh": 30, "min_power": 1, "max_power": 50,
             "min_current": 1, "max_current": 64, "min_duration": 60, "max_duration": 86400, "start_date": "2024-01-01",
             "end_date": "2025-01-01", "day_of_week": ["WEDNESDAY", "SUNDAY"]}
    timed = {"price_components": [component("TIME", 2.4, 900), component("PARKING_TIME", 1.0, 300)]}
    energy = {"price_components": [component("ENERGY", 0.3025, 500), component("FLAT", 0.5, 1)]}
    night = {"price_components": [component("ENERGY", 0.2, 1)], "restrictions": rules}
    reserved = {"price_components": [component("TIME", 3.0, 600), component("FLAT", 2.0, 1)],
                "restrictions": {"reservation": "RESERVATION"}}
    save("energy", tariff(night, energy), cdr(6.5, period(8, ENERGY=4.3), period(19, ENERGY=2.2, MAX_POWER=11.0, MIN_POWER=2)))
    save("time", tariff(timed, min_price={"excl_vat": 1, "incl_vat": 1.19}, max_price={"excl_vat": 9, "incl_vat": 10}),
         cdr(3, period(8, TIME=0.35, ENERGY=3), period(9, PARKING_TIME=0.2667)))
    save("reservation", tariff(reserved, energy, tax_included="YES"),
         cdr(1, period(8, RESERVATION_TIME=0.3667), period(9, ENERGY=1), tariffs=[tariff(energy)]))
    public, record = sign("secp256r1", HEAD % (7, READING % ("10:00:00", "B", "1.5") + ',{"TX":"E","RV":3.5}'))
    value = {"nature": "End", "plain_data": "", "signed_data": base64.b64encode(record.encode()).decode()}
    signed = {"encoding_method": "OCMF", "public_key": base64.b64encode(public).decode(), "signed_values": [value]}
    save("signed", tariff(energy), cdr(2, period(8, ENERGY=2), signed_data=signed, meter_id="M1"))


def parcel():
    def frame(*transactions):
        return b"rpc1" + b"".join(len(tx).to_bytes(4, "little") + tx for tx in transactions)

    def tx(name):
        with open(f"{HERE}/corpus/fuzz_tx/{name}", "rb") as file:
            return file.read()

    put("fuzz_parcel", "one", frame(tx("DEPOSIT")))
    put("fuzz_parcel", "several", frame(*map(tx, ["OPERATOR_REGISTER", "SESSION_OPEN", "USAGE_COMMIT", "SETTLE"])))
    put("fuzz_parcel", "small", frame(b"a", b"bc", b"def", b"g"))
    put("fuzz_parcel", "most", frame(*[b"x"] * 4096))
    put("fuzz_parcel", "too_many", frame(*[b"x"] * 4097))
    put("fuzz_parcel", "empty_item", frame(b"a", b"", b"c"))
    put("fuzz_parcel", "none", frame())


if __name__ == "__main__":
    ocmf()
    parcel()
    xml()
    ocpi()
