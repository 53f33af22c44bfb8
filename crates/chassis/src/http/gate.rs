//! The order of refusals: a caller who may not call a route is refused before the input is.

use super::Problem;
use actix_web::{HttpMessage, HttpRequest};
use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};
use tokio::sync::Semaphore;

/// Records a refusal and returns it.
type Refusal = Pin<Box<dyn Future<Output = Problem>>>;

/// The decision whether the caller may call the route. The extractors of a handler run
/// concurrently and the first error is the response, which would skip the record of a refusal; so
/// those of inputs return an error only after the decision.
#[derive(Clone)]
pub struct Gate(Rc<Decision>);

struct Decision {
    /// Closed once decided.
    undecided: Semaphore,
    refused: RefCell<Option<Refused>>,
}

enum Refused {
    /// Not yet reported.
    By(Refusal),
    /// By another extractor.
    Reported,
}

impl Gate {
    /// The gate of `request`, undecided. Call it before the first await of the extractor that
    /// decides.
    pub fn of(request: &HttpRequest) -> Self {
        let gate = Self(Rc::new(Decision {
            undecided: Semaphore::new(0),
            refused: RefCell::new(None),
        }));
        request.extensions_mut().insert(gate.clone());
        gate
    }

    /// The caller may call the route: errors of inputs are returned.
    pub fn open(&self) {
        self.0.undecided.close();
    }

    /// The caller may not, and the handler reports it. Where an input is invalid the handler does
    /// not run: `refusal` is the response then.
    pub fn refuse(&self, refusal: impl Future<Output = Problem> + 'static) {
        *self.0.refused.borrow_mut() = Some(Refused::By(Box::pin(refusal)));
        self.0.undecided.close();
    }
}

/// Reads an input of `request`. An error is returned only after the decision of the [`Gate`], and
/// is the refusal of a caller who may not call the route.
pub(super) fn in_order<T: 'static>(
    request: &HttpRequest,
    read: impl Future<Output = Result<T, Problem>> + 'static,
) -> Pin<Box<dyn Future<Output = Result<T, Problem>>>> {
    let request = request.clone();
    Box::pin(async move {
        match read.await {
            Ok(value) => Ok(value),
            Err(problem) => Err(after_gate(&request, problem).await),
        }
    })
}

async fn after_gate(request: &HttpRequest, problem: Problem) -> Problem {
    let gate = request.extensions().get::<Gate>().cloned();
    let Some(gate) = gate else { return problem };
    // An error means closed: decided.
    let _ = gate.0.undecided.acquire().await;
    let refused = {
        let mut refused = gate.0.refused.borrow_mut();
        match refused.take() {
            None => None,
            Some(refusal) => {
                *refused = Some(Refused::Reported);
                Some(refusal)
            }
        }
    };
    match refused {
        None => problem,
        Some(Refused::By(refusal)) => refusal.await,
        Some(Refused::Reported) => std::future::pending().await,
    }
}
