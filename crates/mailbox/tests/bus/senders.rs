//! Nobody speaks as somebody else: the broker checks the sender, the consumer checks its type.

use crate::{MIGRATOR, mailbox, record};
use lapin::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::{FieldArray, FieldTable, LongString},
};
use mc_contracts::{
    Envelope,
    topology::{AUDIT_LOG, BILLING_CONSENTS, EVENTS, user_of},
};
use mc_mailbox::Verdict;
use mc_testkit::{Broker, Database, broker, envelope, eventually};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Publishes a record of auth with the user of `service` and this `user_id`.
async fn publish(broker: &Broker, service: &str, user_id: Option<&str>) -> lapin::Result<()> {
    let event = envelope("auth", None, &record("forged"));
    publish_with(broker, service, user_id, &event, None).await
}

/// Publishes an event with the user of `service`, also to the key in a header that routes further.
pub async fn publish_with(
    broker: &Broker,
    service: &str,
    user_id: Option<&str>,
    event: &Envelope,
    further: Option<(&str, &str)>,
) -> lapin::Result<()> {
    publish_under(broker, service, user_id, event, &event.event_type, further).await
}

/// The same under a key that need not be the event's type.
pub async fn publish_under(
    broker: &Broker,
    service: &str,
    user_id: Option<&str>,
    event: &Envelope,
    key: &str,
    further: Option<(&str, &str)>,
) -> lapin::Result<()> {
    let connection = Connection::connect(&broker.url_of(service), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut headers = FieldTable::default();
    for (name, value) in [
        ("id", event.id.to_string()),
        ("type", event.event_type.clone()),
        ("source", event.source.clone()),
        ("time", event.time.to_rfc3339()),
    ] {
        headers.insert(format!("cloudEvents:{name}").into(), LongString::from(value).into());
    }
    if let Some((name, key)) = further {
        let mut keys = FieldArray::default();
        keys.push(LongString::from(key).into());
        headers.insert(name.into(), keys.into());
    }
    let mut properties = BasicProperties::default().with_headers(headers);
    if let Some(user) = user_id {
        properties = properties.with_user_id(user.into());
    }
    let published = channel
        .basic_publish(
            format!("{}{EVENTS}", broker.prefix).into(),
            key.into(),
            BasicPublishOptions::default(),
            event.data.to_string().as_bytes(),
            properties,
        )
        .await?
        .await
        .map(drop);
    let _ = connection.close(200, "done".into()).await;
    published
}

#[tokio::test]
async fn the_broker_refuses_a_message_that_names_another_sender() {
    mc_chassis::install_crypto();
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let refused = publish(&broker, "billing", Some(&user_of("auth"))).await;
    assert!(refused.is_err());
    assert_eq!(broker.ready(AUDIT_LOG.name).await, Some(0));
}

#[tokio::test]
async fn a_consumer_refuses_an_event_whose_sender_does_not_own_its_type() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    publish(&broker, "billing", Some(&user_of("billing"))).await.unwrap();
    publish(&broker, "auth", None).await.unwrap();
    publish(&broker, "auth", Some(&user_of("auth"))).await.unwrap();
    let (stopping, applied) = (CancellationToken::new(), Arc::new(Mutex::new(0)));
    let counted = Arc::clone(&applied);
    let consumer = mailbox("audit", &database, &broker).consume(AUDIT_LOG, stopping.clone(), move |_| {
        *counted.lock().unwrap() += 1;
        async { Verdict::Done }
    });
    let consumer = tokio::spawn(consumer);
    eventually("both forged events among the dead letters", || async {
        (broker.ready(&AUDIT_LOG.dead_letters()).await == Some(2)).then_some(())
    })
    .await;
    eventually("the genuine event applied", || async {
        (*applied.lock().unwrap() == 1).then_some(())
    })
    .await;
    stopping.cancel();
    consumer.await.unwrap();
}

#[tokio::test]
async fn an_event_that_its_sender_routed_to_a_queue_of_other_types_is_refused_there() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG, BILLING_CONSENTS]).await;
    // The broker compares rights with the routing key alone, which eligibility may use.
    let mut event = envelope("eligibility", None, &record("forged"));
    event.data = serde_json::json!({
        "consent_id": "019b0000-0000-7000-8000-000000000000", "patient_id": "pat-1", "purpose": "payment",
        "decision": "permit", "encounter_id": "enc-1", "decided_at": "2026-11-30T12:00:00Z", "sequence": i64::MAX,
    });
    let sender = user_of("eligibility");
    for header in ["CC", "BCC"] {
        let further = Some((header, "ehr-proxy.consent.recorded.v1"));
        publish_with(&broker, "eligibility", Some(&sender), &event, further)
            .await
            .unwrap();
    }
    assert_eq!(broker.ready(BILLING_CONSENTS.name).await, Some(2));
    let (stopping, applied) = (CancellationToken::new(), Arc::new(Mutex::new(0)));
    let counted = Arc::clone(&applied);
    let consumer = mailbox("billing", &database, &broker).consume(BILLING_CONSENTS, stopping.clone(), move |_| {
        *counted.lock().unwrap() += 1;
        async { Verdict::Done }
    });
    let consumer = tokio::spawn(consumer);
    eventually("both among the dead letters", || async {
        (broker.ready(&BILLING_CONSENTS.dead_letters()).await == Some(2)).then_some(())
    })
    .await;
    assert_eq!(*applied.lock().unwrap(), 0);
    stopping.cancel();
    consumer.await.unwrap();
}
