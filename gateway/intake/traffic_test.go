package intake

import (
	"os"
	"testing"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Of what comes from the phone of a number with coexistence only new messages count.
func TestEchoesAreCounted(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"echo_text": 1, "echo_image": 1, "echo_edit": 0, "echo_revoke": 0} {
		body, err := os.ReadFile("../cloudapi/testdata/webhooks/coexistence/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := cloudapi.Parse(body)
		if err != nil || len(delivery.Events) == 0 {
			t.Fatalf("%s: %v, %v", name, delivery, err)
		}
		if n := echoesIn(&delivery.Events[0]); n != want {
			t.Errorf("%s: %d echoes, want %d", name, n, want)
		}
	}
}
