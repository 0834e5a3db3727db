package simulator

import (
	"encoding/json"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
)

func TestEchoFromApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id, err := w.EchoFromApp(numberID, ana, "I answer myself")
	if err != nil {
		t.Fatal(err)
	}
	w.wait(func() bool { return len(w.events) == 1 })
	var value struct {
		Echoes []struct {
			ID       wa.MessageID `json:"id"`
			To       string       `json:"to"`
			ToUserID string       `json:"to_user_id"`
			Text     struct {
				Body string `json:"body"`
			} `json:"text"`
		} `json:"message_echoes"`
	}
	field := w.events[0].Field
	if err := json.Unmarshal(field.Raw, &value); err != nil || field.Name != "smb_message_echoes" || len(value.Echoes) != 1 {
		t.Fatalf("field %s: %s, %v", field.Name, field.Raw, err)
	}
	if e := value.Echoes[0]; e.ID != id || e.To == "" || e.ToUserID == "" || e.Text.Body != "I answer myself" {
		t.Errorf("echo %+v", e)
	}
}
