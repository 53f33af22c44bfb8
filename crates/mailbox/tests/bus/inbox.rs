//! The inbox: which deliveries were applied.

use crate::{MIGRATOR, mailbox};
use mc_access::tenancy;
use mc_testkit::{Database, broker};
use mc_vocabulary::EventId;

#[tokio::test]
async fn of_a_batch_only_what_was_never_applied_counts_and_a_double_in_it_counts_once() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    let [applied, double, new, undone] = [(); 4].map(|()| EventId::new());
    let mut transaction = tenancy::begin_as_platform(&database.worker).await.unwrap();
    let first = mailbox.is_first_delivery(&mut transaction, "world", applied).await;
    assert!(first.unwrap());
    transaction.commit().await.unwrap();
    // What is rolled back was not applied.
    let mut transaction = tenancy::begin_as_platform(&database.worker).await.unwrap();
    let first = mailbox.is_first_delivery(&mut transaction, "world", undone).await;
    assert!(first.unwrap());
    transaction.rollback().await.unwrap();

    let batch = [new, applied, double, undone, double];
    for (consumer, expected) in [
        ("world", [true, false, true, true, false]),
        ("world", [false; 5]),
        ("other", [true, true, true, true, false]),
    ] {
        let mut transaction = tenancy::begin_as_platform(&database.worker).await.unwrap();
        let first = mailbox
            .are_first_deliveries(&mut transaction, consumer, &batch)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(first, expected, "{consumer}");
    }
}
