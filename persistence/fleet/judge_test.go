package fleet_test

import (
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence/fleet"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		of   fleet.Standing
		want []fleet.Trouble
	}{
		"nothing is known": {},
		"all is well": {of: fleet.Standing{
			Reading: fleet.Reading{Quality: "GREEN", Status: "CONNECTED", CanSend: "AVAILABLE", NameStatus: "APPROVED"},
			Token:   fleet.TokenIsGood, TokenExpiresAt: now.AddDate(0, 0, 8), ReceivedAt: now.Add(-time.Hour), SentAt: now,
		}},
		"dead token before low quality": {
			of:   fleet.Standing{Reading: fleet.Reading{Quality: "RED"}, Token: fleet.TokenIsDead},
			want: []fleet.Trouble{fleet.TokenDead, fleet.QualityLow},
		},
		"expires within a week": {
			of: fleet.Standing{Token: fleet.TokenIsGood, TokenExpiresAt: now.AddDate(0, 0, 6)}, want: []fleet.Trouble{fleet.TokenExpires},
		},
		"restricted until tomorrow": {
			of: fleet.Standing{Restriction: "X", RestrictedUntil: now.AddDate(0, 0, 1)}, want: []fleet.Trouble{fleet.Restricted},
		},
		"a restriction that has ended": {of: fleet.Standing{Restriction: "X", RestrictedUntil: now.Add(-time.Second)}},
		"banned and blocked": {
			of:   fleet.Standing{Reading: fleet.Reading{Status: "BANNED", CanSend: "BLOCKED"}},
			want: []fleet.Trouble{fleet.Blocked, fleet.Offline},
		},
		"sent, and nothing was told of it": {
			of:   fleet.Standing{SentAt: now.Add(-11 * time.Minute), ReceivedAt: now.Add(-2 * time.Hour)},
			want: []fleet.Trouble{fleet.Silent},
		},
		"sent just now":     {of: fleet.Standing{SentAt: now.Add(-time.Minute), ReceivedAt: now.Add(-2 * time.Hour)}},
		"nothing for a day": {of: fleet.Standing{ReceivedAt: now.AddDate(0, 0, -2)}, want: []fleet.Trouble{fleet.Silent}},
		"name refused":      {of: fleet.Standing{Reading: fleet.Reading{NameStatus: "REJECTED"}}, want: []fleet.Trouble{fleet.NameRefused}},
		"not read for a while": {
			of:   fleet.Standing{Token: fleet.TokenIsGood, Failure: "away", ReadAt: now.Add(-2 * time.Hour)},
			want: []fleet.Trouble{fleet.Unread},
		},
	} {
		if got := fleet.Judge(&c.of, now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
