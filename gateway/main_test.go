package gateway_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/replaytest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(pgtest.Wrap(m, pgtest.NoFsync(), replaytest.Journals()))
}
