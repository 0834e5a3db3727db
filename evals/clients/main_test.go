package clients

import (
	"os"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

func TestMain(m *testing.M) { os.Exit(prosatest.Run(m)) }
