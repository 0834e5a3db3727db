package setting_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/setting"
)

func TestDocumentsAreReadStrictly(t *testing.T) {
	t.Parallel()
	kind := setting.NewKinds(setting.Defaults{MediaDays: 90}).Media
	for document, want := range map[string]struct {
		days  int
		field string
	}{
		`{"keep_days": 30}`:                  {days: 30},
		`{"keep_days": 0}`:                   {days: 0},
		`{}`:                                 {days: 90}, // what is not named has the default
		`{"keep_days": 30, "keep_weeks": 1}`: {field: "keep_weeks"},
		`{"keep_days": "30"}`:                {field: "keep_days"},
		`{"keep_days": 1.5}`:                 {field: "keep_days"},
		`{"keep_days": -1}`:                  {field: "keep_days"},
		`{"keep_days": 36501}`:               {field: "keep_days"},
		`{"keep_days": 30} {}`:               {},
		`[]`:                                 {},
		`null`:                               {},
		``:                                   {},
	} {
		m, err := kind.Parse([]byte(document))
		wrong, refused := errors.AsType[*setting.FieldError](err)
		switch {
		case want.days > 0 || document == `{"keep_days": 0}`:
			if err != nil || m.KeepDays != want.days {
				t.Errorf("%s: %+v, %v; want %d days", document, m, err, want.days)
			}
		case !refused || wrong.Field != want.field || wrong.Detail == "":
			t.Errorf("%s: %v, want the field %q", document, err, want.field)
		}
	}
}

// A kind is whole: its name is its own, what holds by default may be published, and all
// its fields are named.
func TestEveryKindIsWhole(t *testing.T) {
	t.Parallel()
	kinds := setting.NewKinds(setting.Defaults{MediaDays: 30})
	if fields := reflect.TypeOf(kinds).NumField(); fields != len(kinds.All()) {
		t.Errorf("%d kinds, of which All lists %d", fields, len(kinds.All()))
	}
	seen := map[string]bool{}
	for _, k := range kinds.All() {
		if seen[k.Name()] || k.Name() == "" {
			t.Errorf("kind %q stands twice", k.Name())
		}
		seen[k.Name()] = true
		body, err := k.Read([]byte(`{}`))
		if err != nil {
			t.Errorf("%s: its default is refused: %v", k.Name(), err)
			continue
		}
		whole, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := k.Read(whole); err != nil || !reflect.DeepEqual(again, body) {
			t.Errorf("%s: %s is read as %v, %v", k.Name(), whole, again, err)
		}
		for i := range reflect.TypeOf(body).NumField() {
			if f := reflect.TypeOf(body).Field(i); f.Tag.Get("json") == "" {
				t.Errorf("%s: field %s has no name in JSON", k.Name(), f.Name)
			}
		}
	}
}

// What holds is the highest version of those whose time has come, also where the clock
// went back between two of them.
func TestTheHighestThatHoldsCounts(t *testing.T) {
	t.Parallel()
	kind := setting.NewKinds(setting.Defaults{MediaDays: 90}).Media
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	set := setting.NewSet(7, []setting.Version{
		{Kind: "media", Number: 3, From: at(30), Body: setting.Media{KeepDays: 3}},
		{Kind: "media", Number: 1, From: at(10), Body: setting.Media{KeepDays: 1}},
		{Kind: "media", Number: 2, From: at(40), Body: setting.Media{KeepDays: 2}},
		{Kind: "media", Number: 4, From: at(50)}, // by a newer release
		{Kind: "hours", Number: 9, From: at(0)},
	})
	for _, c := range []struct {
		s, days int
		number  int64
		err     error
	}{{9, 90, 0, nil}, {10, 1, 1, nil}, {29, 1, 1, nil}, {30, 3, 3, nil}, {49, 3, 3, nil}, {50, 0, 0, setting.ErrUnreadable}} {
		m, number, err := kind.At(set, at(c.s))
		if m.KeepDays != c.days || number != c.number || !errors.Is(err, c.err) {
			t.Errorf("at %d: %+v, version %d, %v; want %d days, version %d, %v", c.s, m, number, err, c.days, c.number, c.err)
		}
	}
	if m, number, err := kind.At(setting.Set{}, at(50)); m.KeepDays != 90 || number != 0 || err != nil {
		t.Errorf("without any document: %+v, %d, %v", m, number, err)
	}
}
