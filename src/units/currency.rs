//! Currencies by their ISO 4217 codes.

use std::fmt;

use serde::{Serialize, Serializer};

use super::nearest::nearest;
use super::shown::shown;
use crate::error::{Code, Error, Fault};

/// A currency of ISO 4217: `CNY`, `EUR`, `JPY`.
///
/// Known are the active codes of money and of funds, and those withdrawn since
/// 2020, which histories still hold. Metals, drawing rights and test codes have
/// no minor unit to count in and are not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    digits: u8,
}

impl Currency {
    /// The currency with this code, in capitals; otherwise `unknown_currency`.
    pub fn parse(text: &str) -> Result<Currency, Error> {
        let code: Option<[u8; 3]> = text.as_bytes().try_into().ok();
        let found = code.and_then(|code| Some(Currency { code, digits: digits_of(code)? }));
        found.ok_or_else(|| unknown(text))
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Decimal places of its minor unit: 2 for `CNY`, 0 for `JPY`.
    pub const fn minor_digits(self) -> u8 {
        self.digits
    }
}

/// Codes by the number of decimal places of their minor unit, sorted.
const BY_DIGITS: [(u8, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP \
         BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR \
         FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR \
         KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR \
         MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK \
         SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN \
         UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

fn digits_of(code: [u8; 3]) -> Option<u8> {
    let listed = |codes: &str| codes.as_bytes().chunks(4).any(|entry| entry.starts_with(&code));
    BY_DIGITS.iter().find(|(_, codes)| listed(codes)).map(|&(digits, _)| digits)
}

fn unknown(text: &str) -> Error {
    let given = shown(text);
    let fault = Fault::new(
        Code::UnknownCurrency,
        format!("`{given}` is not a currency, expected an ISO 4217 code like `CNY`"),
        format!("`{given}` 不是币种，应为 `CNY` 这样的 ISO 4217 代码"),
    );
    match meant(text) {
        Some(near) => fault.meant(near).into(),
        None => fault.into(),
    }
}

/// The code somebody meant who used a common name of the currency.
fn meant(text: &str) -> Option<&'static str> {
    match text {
        "RMB" | "rmb" | "CNH" | "人民币" | "元" | "¥" | "￥" => Some("CNY"),
        "€" | "欧元" => Some("EUR"),
        "$" | "美元" => Some("USD"),
        "港币" | "港元" => Some("HKD"),
        _ => nearest(text, BY_DIGITS.iter().flat_map(|(_, codes)| codes.split(' '))),
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_codes_and_their_minor_units() {
        for (code, digits) in
            [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("AED", 2), ("ZWL", 2)]
        {
            let currency = Currency::parse(code).unwrap();
            assert_eq!((currency.code(), currency.minor_digits()), (code, digits));
        }
    }

    #[test]
    fn the_table_is_sorted_and_says_nothing_twice() {
        let mut all: Vec<&str> = Vec::new();
        for (_, codes) in BY_DIGITS {
            let listed: Vec<&str> = codes.split(' ').collect();
            assert!(listed.is_sorted() && listed.iter().all(|code| code.len() == 3), "{listed:?}");
            all.extend(listed);
        }
        all.sort_unstable();
        assert!(all.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn unknown_codes_come_with_a_suggestion() {
        let hint = |text: &str| {
            let error = Currency::parse(text).unwrap_err();
            assert_eq!(error.code(), Code::UnknownCurrency, "{text}");
            error.into_faults().remove(0).hint.map(|hint| hint.en)
        };
        assert_eq!(hint("cny").as_deref(), Some("did you mean `CNY`?"));
        assert_eq!(hint("RMB").as_deref(), Some("did you mean `CNY`?"));
        assert_eq!(hint("人民币").as_deref(), Some("did you mean `CNY`?"));
        assert_eq!(hint("EURO").as_deref(), Some("did you mean `EUR`?"));
        for nothing_like_it in ["", "XXX!", "黄金", "Y C", "AU "] {
            let _ = hint(nothing_like_it);
        }
    }
}
