//! The rate budget shared by all processes: GCRA in one round trip to Redis.

use std::{sync::LazyLock, time::Duration};

use redis::{Script, aio::ConnectionManager};

use crate::RateConfig;

/// If Redis takes longer, it counts as unavailable.
const REDIS_TIMEOUT: Duration = Duration::from_millis(250);

/// Returns `{1, 0}` and takes a place, or `{0, milliseconds until a place is free}`. By the clock
/// of Redis.
static GCRA: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local emission, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1]) or now)
if tat < now then tat = now end
local new_tat = tat + emission
local allow_at = new_tat - emission * burst
if allow_at > now then return {0, math.ceil(allow_at - now)} end
redis.call('SET', KEYS[1], new_tat, 'PX', math.ceil(new_tat - now) + 1)
return {1, 0}",
    )
});

pub(crate) struct Budget {
    key: String,
    config: RateConfig,
    redis: ConnectionManager,
}

impl Budget {
    pub(crate) fn new(upstream: &str, config: RateConfig, redis: ConnectionManager) -> Self {
        Self {
            key: format!("upstream:rate:{upstream}"),
            config,
            redis,
        }
    }

    /// Takes a place, or returns the time until one is free. Without Redis every call is allowed:
    /// the budget protects the upstream, and the loss of a cache must not stop patient care.
    pub(crate) async fn take(&self) -> Result<(), Duration> {
        let mut redis = self.redis.clone();
        let mut script = GCRA.key(&self.key);
        script
            .arg(1000.0 / self.config.per_second)
            .arg(self.config.burst.max(1));
        let answer = tokio::time::timeout(REDIS_TIMEOUT, script.invoke_async::<(u8, u64)>(&mut redis)).await;
        match answer {
            Ok(Ok((1, _))) => Ok(()),
            Ok(Ok((_, wait_ms))) => Err(Duration::from_millis(wait_ms)),
            Ok(Err(error)) => {
                tracing::warn!(rate.key = self.key, error.kind = ?error.kind(), "rate budget not enforced: redis is unavailable");
                Ok(())
            }
            Err(_) => {
                tracing::warn!(rate.key = self.key, "rate budget not enforced: redis timed out");
                Ok(())
            }
        }
    }
}
