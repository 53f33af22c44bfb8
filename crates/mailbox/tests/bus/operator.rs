//! `medconnect-mailbox`: dead letters come back in order, under their sender's name, on record.

use crate::{MIGRATOR, mailbox, record};
use mc_contracts::topology::{AUDIT_LOG, AUDIT_TALLIES, BILLING_CONSENTS, OPERATOR};
use mc_mailbox::{Mailbox, Operator, OperatorError, Selection, Verdict};
use mc_testkit::{Broker, Database, broker, eventually};
use mc_vocabulary::Clock;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Consumes the log: rejects everything until `mended`.
fn consume(mailbox: Mailbox, mended: Arc<AtomicBool>, seen: Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    tokio::spawn(mailbox.consume(AUDIT_LOG, CancellationToken::new(), move |envelope| {
        let verdict = if mended.load(Ordering::SeqCst) {
            let action = envelope.data["action"].as_str().unwrap().to_owned();
            seen.lock().unwrap().push(action);
            Verdict::Done
        } else {
            Verdict::Reject("a fault in this release")
        };
        std::future::ready(verdict)
    }))
}

async fn operator(broker: &Broker) -> Operator {
    let url = broker.secret_url(OPERATOR);
    Operator::connect(&url, &broker.prefix, "ops@clinic.test", Clock::System)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_come_back_in_order_and_the_replay_is_on_record() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker
        .declare_queues(&[AUDIT_LOG, AUDIT_TALLIES, BILLING_CONSENTS])
        .await;
    let (mended, seen) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let consumer = consume(
        mailbox("audit", &database, &broker),
        Arc::clone(&mended),
        Arc::clone(&seen),
    );
    let records: Vec<_> = (0..5).map(|n| record(&n.to_string())).collect();
    broker.publish_as("auth", None, &records).await;
    let dead = AUDIT_LOG.dead_letters();
    eventually("dead letters", || async {
        (broker.ready(&dead).await == Some(5)).then_some(())
    })
    .await;

    let operator = operator(&broker).await;
    let counts = operator.count().await.unwrap();
    assert!(counts.contains(&(AUDIT_LOG.name, Some(5))), "{counts:?}");
    let shown = operator.show(AUDIT_LOG.name, Selection::default()).await.unwrap();
    assert_eq!(shown.len(), 5);
    assert_eq!(shown[0].event_type, "auth.audit.recorded.v1");
    assert_eq!(shown[0].sender.as_deref(), Some("medconnect-auth"));
    assert_eq!(shown[0].cause.as_deref(), Some("rejected"));
    eventually("shown letters are there still", || async {
        (broker.ready(&dead).await == Some(5)).then_some(())
    })
    .await;

    mended.store(true, Ordering::SeqCst);
    let first_two = Selection { limit: Some(2) };
    assert_eq!(operator.replay(AUDIT_LOG.name, first_two, false).await.unwrap(), 2);
    let rest = operator
        .replay(AUDIT_LOG.name, Selection::default(), false)
        .await
        .unwrap();
    assert_eq!(rest, 3);
    eventually("all applied, and both replays logged", || async {
        (seen.lock().unwrap().len() == 7).then_some(())
    })
    .await;
    let seen = seen.lock().unwrap().clone();
    let replayed: Vec<_> = seen.iter().filter(|action| action.len() == 1).cloned().collect();
    assert_eq!(replayed, ["0", "1", "2", "3", "4"]);
    assert!(seen.contains(&"mailbox.dead_letters.replayed".to_owned()));
    assert_eq!(broker.ready(&dead).await, Some(0));
    consumer.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_dies_again_is_replayed_once_and_dropped_letters_are_gone() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let (mended, seen) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let consumer = consume(mailbox("audit", &database, &broker), mended, seen);
    broker.publish_as("auth", None, &[record("1"), record("2")]).await;
    let dead = AUDIT_LOG.dead_letters();
    eventually("dead letters", || async {
        (broker.ready(&dead).await == Some(2)).then_some(())
    })
    .await;
    let operator = operator(&broker).await;
    assert_eq!(
        operator
            .replay(AUDIT_LOG.name, Selection::default(), false)
            .await
            .unwrap(),
        2
    );
    // Both again, and the record of the replay, which this consumer rejects too.
    eventually("they died again", || async {
        (broker.ready(&dead).await == Some(3)).then_some(())
    })
    .await;
    consumer.abort();
    let _ = consumer.await;
    assert_eq!(
        operator
            .drop_letters(AUDIT_LOG.name, Selection::default())
            .await
            .unwrap(),
        3
    );
    eventually("the record of the drop waits", || async {
        (broker.ready(AUDIT_LOG.name).await == Some(1)).then_some(())
    })
    .await;
    assert_eq!(broker.ready(&dead).await, Some(0));
    let unknown = operator.show("nobody.home", Selection::default()).await;
    assert!(matches!(unknown, Err(OperatorError::NoQueue { .. })));
}
