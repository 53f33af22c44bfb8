//! Test cards, by their payment methods; the README has the table.

/// What happens when the card is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// The charge succeeds.
    Succeeds,
    /// The issuer declines.
    Declined(Decline),
    /// The issuer requires the cardholder to authenticate (3-D Secure).
    NeedsAuthentication,
}

/// Why an issuer declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline {
    /// `error.code`.
    pub code: &'static str,
    /// `error.decline_code`; empty where Stripe gives none.
    pub decline_code: &'static str,
    /// `error.message`.
    pub message: &'static str,
}

impl Card {
    /// The card of a payment method; None where there is no such method.
    pub fn find(payment_method: &str) -> Option<Self> {
        let declined = |code, decline_code, message| {
            Self::Declined(Decline {
                code,
                decline_code,
                message,
            })
        };
        Some(match payment_method {
            "pm_card_visa" | "pm_card_visa_debit" | "pm_card_mastercard" | "pm_card_amex" | "pm_card_discover" => {
                Self::Succeeds
            }
            "pm_card_chargeDeclined" | "pm_card_visa_chargeDeclined" => {
                declined("card_declined", "generic_decline", "Your card was declined.")
            }
            "pm_card_chargeDeclinedInsufficientFunds" | "pm_card_visa_chargeDeclinedInsufficientFunds" => declined(
                "card_declined",
                "insufficient_funds",
                "Your card has insufficient funds.",
            ),
            "pm_card_chargeDeclinedExpiredCard" => declined("expired_card", "", "Your card has expired."),
            "pm_card_chargeDeclinedIncorrectCvc" => {
                declined("incorrect_cvc", "", "Your card's security code is incorrect.")
            }
            "pm_card_chargeDeclinedProcessingError" => declined(
                "processing_error",
                "",
                "An error occurred while processing your card. Try again in a little bit.",
            ),
            "pm_card_authenticationRequired" | "pm_card_threeDSecure2Required" => Self::NeedsAuthentication,
            _ => return None,
        })
    }
}
