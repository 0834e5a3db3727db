package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// How long a send is tried again, and how often. Meta forgets what is older; so do
// customers.
const (
	retryBudget = 24 * time.Hour
	// campaignBudget is of what a number begins: that a person had too much of it passes in
	// a day, and it is worth another try then.
	campaignBudget = 72 * time.Hour
	firstRetry     = time.Second
	maxRetry       = 5 * time.Minute

	maintenanceRetry = time.Minute      // at least: Meta works for some minutes
	numberRetry      = 30 * time.Second // at least: the number's pause decides, this is for the one send
	laterRetry       = time.Hour        // where Meta names no time
	longestPairRate  = time.Hour
)

// retryOf says what a failure means for the send: whether it is tried again, and
// after how long. A time that Meta asks for counts, a day at most. Passing faults
// alone have a back-off of ours that grows; what waits for the number or a limit
// does not count against it.
func retryOf(c *actorpb.RecordRejected) (time.Duration, bool) {
	asked := time.Duration(min(max(c.RetryAfterMs, 0), retryBudget.Milliseconds()+1)) * time.Millisecond
	switch c.Failure {
	case actorpb.SendFailure_SEND_FAILURE_PASSING:
		return backOff(c), true
	case actorpb.SendFailure_SEND_FAILURE_THROUGHPUT:
		return max(asked, firstRetry), true // the number's own pace slows everything
	case actorpb.SendFailure_SEND_FAILURE_MAINTENANCE:
		return max(asked, maintenanceRetry), true
	case actorpb.SendFailure_SEND_FAILURE_NUMBER:
		return max(asked, numberRetry), true // nothing is lost: somebody acts and the queue goes on
	case actorpb.SendFailure_SEND_FAILURE_PAIR_RATE:
		return pairRate(c.Attempt), true
	case actorpb.SendFailure_SEND_FAILURE_LATER:
		if asked == 0 {
			asked = laterRetry
		}
		return asked, true
	case actorpb.SendFailure_SEND_FAILURE_UNSPECIFIED:
		if c.RetryAfterMs > 0 {
			return asked, c.Retry
		}
		return backOff(c), c.Retry
	}
	return 0, false
}

// timeOf is for how long a message of a class is tried.
func timeOf(class actorpb.MessageClass) time.Duration {
	if class >= actorpb.MessageClass_MESSAGE_CLASS_UTILITY {
		return campaignBudget
	}
	return retryBudget
}

// pairRate is 4^attempt seconds (Meta, pair rate), an hour at most.
func pairRate(attempt int32) time.Duration {
	return min(time.Second<<(2*min(max(attempt, 1), 6)), longestPairRate)
}

// backOff doubles from a second to five minutes, spread by the message's own hash so
// that a thousand sends do not come back together.
func backOff(c *actorpb.RecordRejected) time.Duration {
	delay := min(firstRetry<<min(max(c.Attempt, 1)-1, 16), maxRetry)
	spread := time.Duration(hashID(c.MessageId)%500) * delay / 1000
	return delay + spread
}
