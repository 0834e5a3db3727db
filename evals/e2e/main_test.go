// Package e2e drives the whole product through the API.
package e2e

import (
	"os"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

func TestMain(m *testing.M) { os.Exit(prosatest.Run(m)) }
