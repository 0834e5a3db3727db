package meaning_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meaning"
)

// Every sample of Meta's webhooks is applied, or stored only with a reason of the table;
// but one, which no release can know.
func TestEverySampleHasARow(t *testing.T) {
	t.Parallel()
	const samples = "../testdata/webhooks"
	n := 0
	err := filepath.WalkDir(samples, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		delivery, err := cloudapi.Parse(raw)
		if err != nil {
			return err
		}
		for _, event := range meaning.Spread(delivery.Events) {
			if n++; event.Kind != cloudapi.KindField {
				continue
			}
			row := meaning.Of(event.Field)
			if (row.Stored == meaning.Unknown) != strings.Contains(path, "unknown_future_field") {
				t.Errorf("%s: %s %s: %q", path, event.Field.Name, event.Field.Part, row.Stored)
			}
		}
		return nil
	})
	if err != nil || n < 100 {
		t.Fatalf("%d events, %v", n, err)
	}
}

// A row tells what becomes of its field, or why nothing does.
func TestRowsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range meaning.Table() {
		name := row.Field + " " + row.Type
		if seen[name] || row.Field == "" || (row.Happened == "") == (row.Stored == "") ||
			row.Stored != "" && !strings.HasPrefix(row.Stored, "stored only, because ") {
			t.Errorf("row %+v", row)
		}
		seen[name] = true
	}
}

// field is a field of a number as it comes.
func field(t *testing.T, name, value string) []cloudapi.Event {
	t.Helper()
	body := fmt.Sprintf(`{"entry":[{"id":"1","changes":[{"field":"other","value":{}},{"field":%q,"value":{"metadata":{"phone_number_id":"100"},%s}},{"field":"last","value":{}}]}]}`, name, value)
	delivery, err := cloudapi.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return meaning.Spread(delivery.Events)
}

// What ended is a call of whoever called; what rings is none, and indexes stay.
func TestCalls(t *testing.T) {
	t.Parallel()
	events := field(t, "calls", `"calls":[{"id":"c1","from":"5511","event":"terminate","status":"COMPLETED","duration":61,"start_time":"1790000000","timestamp":"1790000061"},
		{"id":"c2","from":"5512","event":"connect"},{"id":"c3","from":"5513","event":"terminate","status":"FAILED","timestamp":"1790000000"},
		{"id":"c4","from":"100","to":"5514","event":"terminate","direction":"BUSINESS_INITIATED","duration":5,"timestamp":"1790000000"}]`)
	got := ""
	for _, e := range events {
		if got += fmt.Sprint(e.Index); e.Kind == cloudapi.KindMessage {
			m := e.Message
			got += fmt.Sprint(" ", m.ID, " ", m.From[0].Value, " ", m.Content.Kind, " ", m.Content.Kind.OpensWindow())
			if m.Content.Call != nil {
				got += fmt.Sprint(" ", *m.Content.Call, " ", m.At.Unix())
			}
		}
		got += "; "
	}
	want := "0; 1 c1 5511 call true {false 61} 1790000000; 3 c3 5513 call true {true 0} 1790000000; 4 c4 5514 system false; 2; "
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	for _, e := range field(t, "calls", `"calls":[{"id":"c2","from":"5512","event":"connect"}]`) {
		if e.Kind != cloudapi.KindField {
			t.Errorf("a call that rings is %+v", e)
		}
	}
}

// Who writes with Meta's agent is in the thread all the same.
func TestStandbyAndHandover(t *testing.T) {
	t.Parallel()
	events := field(t, "standby", `"standby":{"contacts":[{"wa_id":"5511","profile":{"name":"Ana"}}],
		"messages":[{"from":"5511","id":"w1","timestamp":"1790000000","type":"text","text":{"body":"oi"}}]}`)
	if m := events[1].Message; m == nil || m.ProfileName != "Ana" || m.Content.Text.Body != "oi" || events[1].PhoneNumberID != "100" || events[1].AccountID != "1" {
		t.Errorf("standby %+v", events[1])
	}
	events = field(t, "messaging_handovers", `"sender":{"phone_number":"5511"},"type":"control_passed","timestamp":"1790000000","control_passed":{"new_owner_role":"escalation"}`)
	if m := events[1].Message; m == nil || m.Content.System.Type != wa.SystemHandedToUs {
		t.Errorf("handover %+v", events[1])
	}
}
