// Package members drives the whole product through several processes, kills and outages.
package members

import (
	"os"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

func TestMain(m *testing.M) { os.Exit(prosatest.Run(m)) }
