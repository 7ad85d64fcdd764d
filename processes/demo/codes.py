"""Valid unified social credit codes for invented organisations."""

from stdnum.cn.uscc import calc_check_digit

DAZHOU, HUAIROU, CITY = "511702", "110116", "511700"
REGIONS = {"dazhou": DAZHOU, "huairou": HUAIROU, "city": CITY}
COMPANY, GOVERNMENT = "91", "11"
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MODULUS = 11


def credit_code(kind: str, region: str, number: int) -> str:
    """Return the code of an invented organisation: region, running number, both check digits."""
    base = f"MADM{number:04d}"
    head = f"{kind}{region}{base}{_organisation_check(base)}"
    return head + calc_check_digit(head)


def _organisation_check(base: str) -> str:
    # GB 11714: the nine characters inside the code carry a check character of their own
    total = sum(weight * DIGITS.index(one) for weight, one in zip(WEIGHTS, base, strict=True))
    check = (MODULUS - total % MODULUS) % MODULUS
    return "X" if check == MODULUS - 1 else str(check)
