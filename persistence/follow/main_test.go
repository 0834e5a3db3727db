package follow_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Wrap(m, pgtest.NoFsync())) }
