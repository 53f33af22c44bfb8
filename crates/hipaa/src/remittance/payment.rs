//! The transfer of the payment: BPR and TRN.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, day, need, optional, redact_debug};
use mc_x12::tree::Node;
use mc_x12::{Line, WriteError};

/// Credit or debit of the payee's account (BPR03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// `C`
    Credit,
    /// `D`
    Debit,
}

/// A bank account (BPR06 to BPR09, BPR12 to BPR15).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Account {
    /// `01` ABA routing number, `04` Canadian.
    pub bank_qualifier: String,
    pub bank: String,
    /// `DA` demand deposit, `SG` savings.
    pub account_qualifier: String,
    pub number: String,
}

redact_debug!(Account);

impl Direction {
    /// `C` or `D`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Credit => "C",
            Self::Debit => "D",
        }
    }

    /// From the code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Credit, Self::Debit]
            .into_iter()
            .find(|direction| direction.code() == code)
    }
}

/// The payment that the remittance explains (BPR, TRN).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Payment {
    /// BPR01: `I` remittance with payment, `H` notification without payment, `C`, `D`, `P`, `U`,
    /// `X`.
    pub handling: String,
    /// BPR02.
    pub amount: Option<Decimal>,
    /// BPR03; `None` where the code is unknown.
    pub direction: Option<Direction>,
    /// BPR04: `ACH`, `CHK` check, `FWT` wire, `BOP`, `NON` no payment.
    pub method: String,
    /// BPR05: `CCP` or `CTX` for ACH.
    pub format: String,
    /// The payer's account.
    pub from: Option<Account>,
    /// BPR10.
    pub originator: String,
    /// BPR11.
    pub originator_supplement: String,
    /// The payee's account.
    pub to: Option<Account>,
    /// BPR16: effective date of the transfer, or date of the check.
    pub date: Option<NaiveDate>,
    /// TRN02: check or transfer number. With `payer_id` it identifies the payment in the bank
    /// statement.
    pub trace_number: String,
    /// TRN03: `1` and the payer's tax id.
    pub payer_id: String,
    /// TRN04.
    pub payer_supplement: String,
}

impl Payment {
    /// A credit whose amount the builder computes.
    pub fn new(
        method: impl Into<String>,
        date: NaiveDate,
        trace_number: impl Into<String>,
        payer_id: impl Into<String>,
    ) -> Self {
        Self {
            handling: "I".to_owned(),
            direction: Some(Direction::Credit),
            method: method.into(),
            date: Some(date),
            trace_number: trace_number.into(),
            payer_id: payer_id.into(),
            ..Self::default()
        }
    }

    pub(crate) fn read(node: &Node<'_>) -> Self {
        let (bpr, trn) = (need(node, "BPR"), need(node, "TRN"));
        Self {
            handling: bpr.text(1),
            amount: bpr.number(2),
            direction: bpr.code(3, Direction::from_code),
            method: bpr.text(4),
            format: bpr.text(5),
            from: Account::read(bpr, 6),
            originator: bpr.text(10),
            originator_supplement: bpr.text(11),
            to: Account::read(bpr, 12),
            date: bpr.day(16),
            trace_number: trn.text(2),
            payer_id: trn.text(3),
            payer_supplement: trn.text(4),
        }
    }

    pub(super) fn lines(&self) -> Result<[Line; 2], WriteError> {
        let date = self.date.ok_or(WriteError::Missing {
            segment: "BPR",
            element: 16,
        })?;
        let line = Line::new("BPR")
            .required(&self.handling, 2)
            .required(&optional(self.amount), 18)
            .required(self.direction.map_or("", Direction::code), 1)
            .required(&self.method, 3)
            .data(&self.format, 10);
        let line = Account::put(self.from.as_ref(), line)
            .data(&self.originator, 10)
            .data(&self.originator_supplement, 9);
        let bpr = Account::put(self.to.as_ref(), line).required(&day(date), 8);
        let trn = Line::new("TRN")
            .code("1")
            .required(&self.trace_number, 50)
            .required(&self.payer_id, 10)
            .data(&self.payer_supplement, 50);
        Ok([bpr, trn])
    }
}

impl Account {
    fn read(at: At<'_, '_>, n: usize) -> Option<Self> {
        let account = Self {
            bank_qualifier: at.text(n),
            bank: at.text(n + 1),
            account_qualifier: at.text(n + 2),
            number: at.text(n + 3),
        };
        (account != Self::default()).then_some(account)
    }

    fn put(account: Option<&Self>, line: Line) -> Line {
        let Some(account) = account else {
            return line.skip(4);
        };
        line.data(&account.bank_qualifier, 2)
            .data(&account.bank, 12)
            .data(&account.account_qualifier, 3)
            .data(&account.number, 35)
    }
}
