package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A socket is cut while a conversation goes on, and comes back with its
// positions: it misses nothing and sees nothing twice. How long it was away does
// not matter before ten minutes are over, what happened meanwhile does; so
// nobody waits a minute here. Bruno's socket is never cut and is the measure.
func TestCutSocketResumesWithoutGapOrDuplicate(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, version := d.say(t, helena, "um")
	stream := "conversation:" + strings.TrimPrefix(path, "/api/v1/conversations/")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)

	anas, brunos := d.ana.connect(t), d.bruno.connect(t)
	for _, in := range []*liveFeed{anas, brunos} {
		in.subscribe(t, "inbox", nil)
		in.subscribe(t, stream, map[string]any{"offset": version})
	}
	d.say(t, helena, "dois")
	anas.wait(t, "the second text", threadSaying("dois"))
	anas.wait(t, "its row", rowSaying("dois"))
	thread, list := anas.position(t, stream), anas.position(t, "inbox")
	anas.cut()

	for n := range 3 {
		d.say(t, helena, fmt.Sprintf("enquanto fora %d", n))
	}
	sent := d.ana.write(t, path, "away", "resposta de outro aparelho")
	d.ana.waitState(t, path, sent, "delivered")
	if err := d.sim.OpenChat(helena, brasil); err != nil {
		t.Fatal(err)
	}
	d.ana.waitState(t, path, sent, "read")

	back := d.ana.connect(t)
	if f := back.subscribe(t, "inbox", list); walk(f, "recovered") != true {
		t.Errorf("the list stream was not recovered: %v", f)
	}
	if f := back.subscribe(t, stream, map[string]any{"offset": thread["offset"]}); walk(f, "recovered") != true {
		t.Errorf("the thread was not recovered: %v", f)
	}
	d.say(t, helena, "fim")
	for _, in := range []*liveFeed{back, brunos} {
		in.wait(t, "the last text", threadSaying("fim"))
		in.wait(t, "the last row", rowSaying("fim"))
	}
	after, _ := thread["offset"].(float64)
	got, want := back.threadItems(stream, after), brunos.threadItems(stream, after)
	if !slices.Equal(got, want) {
		t.Errorf("after the cut Ana's thread got\n%v\nBruno's\n%v", got, want)
	}
	if texts := slices.Concat(anas.texts(stream), back.texts(stream)); !slices.Equal(texts, []string{
		"dois", "enquanto fora 0", "enquanto fora 1", "enquanto fora 2", "resposta de outro aparelho", "fim",
	}) {
		t.Errorf("over both sockets the thread said %q", texts)
	}
	rows, measure := back.offsets("inbox"), brunos.offsets("inbox")
	from, _ := list["offset"].(float64)
	measure = slices.DeleteFunc(measure, func(offset float64) bool { return offset <= from })
	if !slices.Equal(rows, measure) {
		t.Errorf("after the cut the list stream brought offsets %v; Bruno got %v", rows, measure)
	}
}

// Positions that the server cannot continue from say so; the client fetches anew.
func TestUnknownPositionsAreNotRecovered(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, version := d.say(t, helena, "oi")
	stream := "conversation:" + strings.TrimPrefix(path, "/api/v1/conversations/")
	in := d.ana.connect(t)
	f := in.subscribe(t, "inbox", map[string]any{"epoch": "of-another-time", "offset": 3})
	if walk(f, "recovered") != false || walk(f, "epoch") == "of-another-time" || walk(f, "epoch") == nil {
		t.Errorf("a list position of an unknown epoch: %v", f)
	}
	f = in.subscribe(t, stream, map[string]any{"offset": version + 1000})
	if offset, _ := walk(f, "offset").(float64); walk(f, "recovered") != false || offset < version || offset > version+999 {
		t.Errorf("a thread position of the future: %v", f)
	}
	d.say(t, helena, "e agora?")
	in.wait(t, "the thread goes on", threadSaying("e agora?"))
	in.wait(t, "the list goes on", rowSaying("e agora?"))
}

// subscribe opens a stream at a position and returns the answer.
func (s *liveFeed) subscribe(t *testing.T, stream string, position map[string]any) map[string]any {
	t.Helper()
	frame := map[string]any{"t": "subscribe", "stream": stream}
	if position != nil {
		frame["position"] = position
	}
	s.send(t, frame)
	return s.wait(t, "the stream "+stream, isSubscribed(stream))
}

// position is where a stream stands after the frames so far.
func (s *liveFeed) position(t *testing.T, stream string) map[string]any {
	t.Helper()
	var at map[string]any
	for _, f := range s.frames() {
		if offset, ok := f["offset"]; ok && f["stream"] == stream {
			at = map[string]any{"offset": offset}
			if epoch, ok := f["epoch"]; ok {
				at["epoch"] = epoch
			}
		}
	}
	if at == nil {
		t.Fatalf("no position of %s in %v", stream, s.frames())
	}
	return at
}

// offsets lists those of a stream's updates, as they came.
func (s *liveFeed) offsets(stream string) (list []float64) {
	for _, f := range s.frames() {
		if offset, ok := f["offset"].(float64); ok && f["stream"] == stream && (f["t"] == "row" || f["t"] == "gone") {
			list = append(list, offset)
		}
	}
	return list
}

// threadItems names the items of a thread after a version, as they came.
func (s *liveFeed) threadItems(stream string, after float64) (list []string) {
	for _, item := range s.itemsOf(stream) {
		if version, _ := walk(item, "version").(float64); version > after {
			list = append(list, fmt.Sprint(version, walk(item, "type"), walk(item, "message.id"), walk(item, "status.state")))
		}
	}
	return list
}

func (s *liveFeed) texts(stream string) (list []string) {
	for _, item := range s.itemsOf(stream) {
		if text, ok := walk(item, "message.content.text.body").(string); ok {
			list = append(list, text)
		}
	}
	return list
}

func (s *liveFeed) itemsOf(stream string) (list []any) {
	for _, f := range s.frames() {
		if items, ok := f["items"].([]any); ok && f["stream"] == stream && f["t"] == "thread" {
			list = append(list, items...)
		}
	}
	return list
}

func threadSaying(text string) func(map[string]any) bool {
	return func(f map[string]any) bool {
		items, _ := f["items"].([]any)
		return f["t"] == "thread" && slices.ContainsFunc(items, func(item any) bool {
			return walk(item, "message.content.text.body") == text
		})
	}
}
