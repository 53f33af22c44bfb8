//! The element of an envelope that a finding concerns.

use super::{ElementPlace, FindingKind, Place};
use crate::guide::envelope_element;

impl Place {
    /// With the element that a finding about an envelope concerns, where it has none yet.
    pub(crate) fn with_element_of(self, kind: FindingKind) -> Self {
        let element = self.element.or_else(|| {
            let element = kind.envelope_element()?;
            let number = envelope_element(self.id, element).map_or(0, |of| of.number);
            Some(ElementPlace {
                element,
                component: 0,
                repetition: 1,
                number,
            })
        });
        Self { element, ..self }
    }
}

impl FindingKind {
    fn envelope_element(self) -> Option<u8> {
        use FindingKind as K;
        Some(match self {
            K::IsaElement { element, .. } | K::GroupElement { element } => element,
            K::RepetitionUndeclared => 11,
            K::OldInterchangeVersion => 12,
            K::InterchangeDuplicate => 13,
            K::RepetitionIsComponent => 16,
            K::GroupControlForm | K::GroupDuplicate => 6,
            K::VersionUnsupported | K::VersionUnchecked { .. } => 8,
            K::ConventionDiffers { .. } => 3,
            K::GroupUnsupported { .. }
            | K::TransactionUnsupported
            | K::InterchangeCount { .. }
            | K::GroupCount { .. }
            | K::TransactionCount { .. } => 1,
            K::TransactionControlForm
            | K::TransactionDuplicate
            | K::InterchangeControl
            | K::GroupControl
            | K::TransactionControl => 2,
            _ => return None,
        })
    }
}
