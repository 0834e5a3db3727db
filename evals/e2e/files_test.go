package e2e

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// A picture and a document leave as what they are, in their order, with the words that
// follow them; the same file goes again without being brought to Meta again.
func TestFilesArrive(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	path, _ := d.Say(t, prosatest.Helena, "tem foto?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	photo := d.Ana.Upload(t, "calça.png", "image/png", picture.Bytes())
	table := d.Ana.Upload(t, "tabela.txt", "text/plain", []byte("calça;120\n"))
	send := func(echo string, what map[string]any) string {
		t.Helper()
		what["echo_id"], what["despite_stale"] = echo, true
		return prosatest.Expect(t, d.Ana.Post(t, path+"/messages", what), http.StatusCreated).Text("message_id")
	}
	send("f1", map[string]any{"media": map[string]any{"file": photo, "type": "image", "caption": "esta"}})
	send("f2", map[string]any{"media": map[string]any{"file": table, "type": "document", "file_name": "tabela.txt", "caption": "preços"}})
	last := send("f3", map[string]any{"text": "serve?"})
	d.Ana.WaitState(t, path, last, "sent", "delivered", "read")
	await.Eventually(t, "picture, document and words on the phone", func() (any, bool) {
		var got []simulator.Bubble
		for _, b := range d.Sim.Messages(prosatest.Helena, prosatest.Brasil) {
			if b.FromBusiness {
				got = append(got, b)
			}
		}
		return got, len(got) == 3 && got[0].Media == "image" && got[0].Text == "esta" && got[1].Media == "document" && got[1].Text == "preços" && got[2].Text == "serve?"
	})
	again := send("f4", map[string]any{"media": map[string]any{"file": photo, "type": "image", "caption": "de novo"}})
	d.Ana.WaitState(t, path, again, "sent", "delivered", "read")
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM upload_media`); n != 2 {
		t.Errorf("%d files were brought to Meta; want each once", n)
	}
	for name, what := range map[string]map[string]any{
		"another's file":      {"media": map[string]any{"file": "no-such-file", "type": "image"}},
		"a text as a picture": {"media": map[string]any{"file": table, "type": "image"}},
	} {
		what["echo_id"] = name
		if a := d.Ana.Post(t, path+"/messages", what); a.Status != http.StatusUnprocessableEntity || a.Text("field") == "" {
			t.Errorf("%s: %d %v", name, a.Status, a.Body)
		}
	}
}
