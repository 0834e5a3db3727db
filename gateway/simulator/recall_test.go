package simulator

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// A phone that is given its chat back shows it, its window is open, and nobody
// is told anything of it again.
func TestRecall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	number := w.config.Numbers[0].ID
	at := w.Now().Add(-time.Hour)
	text := func(body string) wa.Content { return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: body}} }
	for _, known := range []Recalled{
		{ID: "wamid.in", Status: wa.StatusRead, At: at, Content: text("oi")},
		{ID: "wamid.out", FromBusiness: true, Status: wa.StatusRead, At: at, Content: text("olá")},
		{ID: "wamid.react", At: at, Content: wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: "wamid.out", Emoji: "😍"}}},
	} {
		if err := w.Recall(ana, number, known); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Recall("1", number, Recalled{}); err == nil {
		t.Error("a phone that is not there recalls")
	}
	chat := w.Messages(ana, number)
	if len(chat) != 2 || chat[0].Text != "oi" || chat[0].FromBusiness || !chat[1].FromBusiness || chat[1].Reaction != "😍" {
		t.Fatalf("chat: %+v", chat)
	}
	if err := w.OpenChat(ana, number); err != nil {
		t.Fatal(err)
	}
	if n := w.Pending(); n != 0 {
		t.Errorf("%d deliveries of what was known", n)
	}
	w.Simulator.mu.Lock()
	frame := w.chatFrame(chatName{ana, number})
	w.Simulator.mu.Unlock()
	if closes, ok := frame["window_closes_at"].(time.Time); !ok || !closes.Equal(at.Add(serviceWindow)) {
		t.Errorf("the window closes at %v", frame["window_closes_at"])
	}
}
