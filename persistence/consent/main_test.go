package consent_test

import (
	"os"
	"testing"

	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
