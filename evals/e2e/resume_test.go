package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A socket is cut while a conversation goes on, and comes back with its
// positions: it misses nothing and sees nothing twice. How long it was away does
// not matter before ten minutes are over, what happened meanwhile does; so
// nobody waits a minute here. Bruno's socket is never cut and is the measure.
func TestCutSocketResumesWithoutGapOrDuplicate(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, version := d.Say(t, prosatest.Helena, "um")
	stream := "conversation:" + strings.TrimPrefix(path, "/api/v1/conversations/")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)

	anas, brunos := d.Ana.Connect(t), d.Bruno.Connect(t)
	for _, in := range []*prosatest.LiveFeed{anas, brunos} {
		in.Subscribe(t, "inbox", nil)
		in.Subscribe(t, stream, map[string]any{"offset": version})
	}
	d.Say(t, prosatest.Helena, "dois")
	anas.Wait(t, "the second text", threadSaying("dois"))
	anas.Wait(t, "its row", prosatest.RowSaying("dois"))
	thread, list := anas.Position(t, stream), anas.Position(t, "inbox")
	anas.Cut()

	for n := range 3 {
		d.Say(t, prosatest.Helena, fmt.Sprintf("enquanto fora %d", n))
	}
	sent := d.Ana.Write(t, path, "away", "resposta de outro aparelho")
	d.Ana.WaitState(t, path, sent, "delivered")
	if err := d.Sim.OpenChat(prosatest.Helena, prosatest.Brasil); err != nil {
		t.Fatal(err)
	}
	d.Ana.WaitState(t, path, sent, "read")

	back := d.Ana.Connect(t)
	if f := back.Subscribe(t, "inbox", list); prosatest.Walk(f, "recovered") != true {
		t.Errorf("the list stream was not recovered: %v", f)
	}
	if f := back.Subscribe(t, stream, map[string]any{"offset": thread["offset"]}); prosatest.Walk(f, "recovered") != true {
		t.Errorf("the thread was not recovered: %v", f)
	}
	d.Say(t, prosatest.Helena, "fim")
	for _, in := range []*prosatest.LiveFeed{back, brunos} {
		in.Wait(t, "the last text", threadSaying("fim"))
		in.Wait(t, "the last row", prosatest.RowSaying("fim"))
	}
	after, _ := thread["offset"].(float64)
	got, want := back.ThreadItems(stream, after), brunos.ThreadItems(stream, after)
	if !slices.Equal(got, want) {
		t.Errorf("after the cut Ana's thread got\n%v\nBruno's\n%v", got, want)
	}
	if texts := slices.Concat(anas.Texts(stream), back.Texts(stream)); !slices.Equal(texts, []string{
		"dois", "enquanto fora 0", "enquanto fora 1", "enquanto fora 2", "resposta de outro aparelho", "fim",
	}) {
		t.Errorf("over both sockets the thread said %q", texts)
	}
	rows, measure := back.Offsets("inbox"), brunos.Offsets("inbox")
	from, _ := list["offset"].(float64)
	measure = slices.DeleteFunc(measure, func(offset float64) bool { return offset <= from })
	if !slices.Equal(rows, measure) {
		t.Errorf("after the cut the list stream brought offsets %v; Bruno got %v", rows, measure)
	}
}

// Positions that the server cannot continue from say so; the client fetches anew.
func TestUnknownPositionsAreNotRecovered(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, version := d.Say(t, prosatest.Helena, "oi")
	stream := "conversation:" + strings.TrimPrefix(path, "/api/v1/conversations/")
	in := d.Ana.Connect(t)
	f := in.Subscribe(t, "inbox", map[string]any{"epoch": "of-another-time", "offset": 3})
	if prosatest.Walk(f, "recovered") != false || prosatest.Walk(f, "epoch") == "of-another-time" || prosatest.Walk(f, "epoch") == nil {
		t.Errorf("a list position of an unknown epoch: %v", f)
	}
	f = in.Subscribe(t, stream, map[string]any{"offset": version + 1000})
	if offset, _ := prosatest.Walk(f, "offset").(float64); prosatest.Walk(f, "recovered") != false || offset < version || offset > version+999 {
		t.Errorf("a thread position of the future: %v", f)
	}
	d.Say(t, prosatest.Helena, "e agora?")
	in.Wait(t, "the thread goes on", threadSaying("e agora?"))
	in.Wait(t, "the list goes on", prosatest.RowSaying("e agora?"))
}

func threadSaying(text string) func(map[string]any) bool {
	return func(f map[string]any) bool {
		items, _ := f["items"].([]any)
		return f["t"] == "thread" && slices.ContainsFunc(items, func(item any) bool {
			return prosatest.Walk(item, "message.content.text.body") == text
		})
	}
}
