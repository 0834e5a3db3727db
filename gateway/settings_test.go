package gateway_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// mediaSetting is a version as an admin sees it.
type mediaSetting struct {
	Version  int64
	Settings struct {
		KeepDays int `json:"keep_days"`
	}
	EffectiveFrom time.Time `json:"effective_from"`
	By            struct{ ID, Name string }
	Note          string
	CreatedAt     time.Time `json:"created_at"`
}

const mediaSettings = "/api/v1/settings/media"

// An admin says how long files are kept, sees who said what before, and does not
// overwrite what he has not seen.
func TestMediaSettings(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ada := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ada", staff.RoleAdmin)
	var m mediaSetting
	root.want(200, &m, "GET", mediaSettings, nil)
	if m.Version != 0 || m.Settings.KeepDays != 90 || !m.EffectiveFrom.IsZero() {
		t.Errorf("before anything is published: %+v, want the installation's 90 days", m)
	}
	root.want(200, &m, "PUT", mediaSettings, body{"seen_version": 0, "settings": body{"keep_days": 30}, "note": "the lawyers want it"})
	first := m
	if m.Version != 1 || m.By.ID != root.id || m.By.Name != "root" || m.Note != "the lawyers want it" || m.EffectiveFrom.Sub(m.CreatedAt) != 3*time.Second {
		t.Errorf("published: %+v", m)
	}
	var refused struct{ Code, Field, Detail, Remedy string }
	ada.want(409, &refused, "PUT", mediaSettings, body{"seen_version": 0, "settings": body{"keep_days": 7}})
	if refused.Code != "outdated" || refused.Field != "seen_version" || !strings.HasPrefix(refused.Detail, "root published version 1 at 2") {
		t.Errorf("an author who had not seen it: %+v", refused)
	}
	ada.want(200, nil, "PUT", mediaSettings, body{"seen_version": 1, "settings": body{"keep_days": 0}})
	const told = `SELECT count(*) FROM audit WHERE action = 'settings.changed' AND object_id = 'media' AND by_name = $1
		AND before->>'keep_days' IS NOT DISTINCT FROM $2 AND after->>'keep_days' = $3`
	if a, b := s.counted(told, "root", nil, "30"), s.counted(told, "ada", "30", "0"); a != 1 || b != 1 {
		t.Errorf("the audit tells %d and %d times of the two publications", a, b)
	}
	root.want(200, &m, "GET", mediaSettings, nil)
	if m.Version != 2 || m.Settings.KeepDays != 0 || m.By.Name != "ada" {
		t.Errorf("the newest: %+v", m)
	}
	m = mediaSetting{}
	root.want(200, &m, "GET", mediaSettings+"?at="+first.EffectiveFrom.UTC().Format(time.RFC3339Nano), nil)
	if diff := cmp.Diff(first, m); diff != "" {
		t.Errorf("at the first's time (-want +got):\n%s", diff)
	}
	var history struct{ Versions []mediaSetting }
	root.want(200, &history, "GET", mediaSettings+"/history", nil)
	if len(history.Versions) != 2 || history.Versions[0].By.Name != "ada" || !cmp.Equal(history.Versions[1], first) {
		t.Errorf("history: %+v", history)
	}
	root.want(200, &history, "GET", mediaSettings+"/history?before=2&limit=1", nil)
	if len(history.Versions) != 1 || history.Versions[0].Version != 1 {
		t.Errorf("a page of history: %+v", history)
	}
}

// What cannot be meant is refused by the name of its field, and nobody but the tenant's
// admins has a say.
func TestMediaSettingsAreRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "tom", staff.RoleAdmin)
	for _, c := range []struct {
		field    string
		seen     any
		settings any
		note     string
	}{
		{"settings.keep_days", 0, body{"keep_days": -1}, ""},
		{"settings.keep_days", 0, body{"keep_days": 36501}, ""},
		{"settings.keep_days", 0, body{"keep_days": "30"}, ""},
		{"settings.keep_weeks", 0, body{"keep_weeks": 4}, ""},
		{"settings", 0, nil, ""},
		{"settings", 0, []int{1}, ""},
		{"seen_version", -1, body{}, ""},
		{"seen_version", int64(math.MaxInt64), body{}, ""},
		{"seen_version", "one", body{}, ""},
		{"note", 0, body{}, strings.Repeat("x", 501)},
	} {
		var refused struct{ Code, Field, Detail string }
		root.want(400, &refused, "PUT", mediaSettings, body{"seen_version": c.seen, "settings": c.settings, "note": c.note})
		if refused.Field != c.field || refused.Detail == "" {
			t.Errorf("%+v: %+v", c, refused)
		}
	}
	for _, query := range []string{"?at=tomorrow", "/history?before=0", "/history?limit=0"} {
		root.want(400, nil, "GET", mediaSettings+query, nil)
	}
	for _, p := range []*person{s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "mia", staff.RoleManager)} {
		p.want(403, nil, "GET", mediaSettings, nil)
		p.want(403, nil, "GET", mediaSettings+"/history", nil)
		p.want(403, nil, "PUT", mediaSettings, body{"seen_version": 0, "settings": body{"keep_days": 1}})
	}
	root.want(200, nil, "PUT", mediaSettings, body{"seen_version": 0, "settings": body{"keep_days": 30}})
	var m mediaSetting
	other.want(200, &m, "GET", mediaSettings, nil)
	if m.Version != 0 || m.Settings.KeepDays != 90 {
		t.Errorf("another tenant sees %+v", m)
	}
	// What a newer release has published is not shown by half.
	s.exec(`UPDATE config SET body = '{"keep_days": 30, "except": "voice"}'`)
	root.want(503, nil, "GET", mediaSettings, nil)
}
