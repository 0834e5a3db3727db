package fleet

import "time"

// Trouble is something that somebody should see to.
type Trouble string

// Troubles, the worst first.
const (
	TokenDead    Trouble = "token_dead"    // Meta does not take the access token
	TokenMissing Trouble = "token_missing" // there is none
	Blocked      Trouble = "blocked"       // Meta lets the number send nothing
	Offline      Trouble = "offline"       // the number is not connected
	Restricted   Trouble = "restricted"    // Meta restricts what the account may send
	Silent       Trouble = "silent"        // no webhook comes
	QualityLow   Trouble = "quality_low"
	TokenExpires Trouble = "token_expires" // within a week
	NameRefused  Trouble = "name_refused"
	Unread       Trouble = "unread" // Meta was not reached about the number for an hour
)

// All lists the troubles, the worst first.
func All() []Trouble {
	return []Trouble{
		TokenDead, TokenMissing, Blocked, Offline, Restricted, Silent, QualityLow, TokenExpires, NameRefused, Unread,
	}
}

// Spans that trouble is judged by.
const (
	expiresSoon = 7 * 24 * time.Hour
	unanswered  = 10 * time.Minute // what was sent is told of within seconds
	quiet       = 24 * time.Hour
	unreadAfter = time.Hour
)

// Judge says what is wrong with a number at a time, the worst first. What was never
// told is no trouble.
func Judge(s *Standing, now time.Time) (list []Trouble) {
	found := map[Trouble]bool{
		TokenDead:    s.Token == TokenIsDead,
		TokenMissing: s.Token == TokenIsMissing,
		Blocked:      s.CanSend == "BLOCKED",
		Offline:      s.Status != "" && s.Status != "CONNECTED",
		Restricted:   s.Restriction != "" && (s.RestrictedUntil.IsZero() || now.Before(s.RestrictedUntil)),
		Silent:       silent(s, now),
		QualityLow:   s.Quality == "RED",
		TokenExpires: s.Token == TokenIsGood && !s.TokenExpiresAt.IsZero() && s.TokenExpiresAt.Before(now.Add(expiresSoon)),
		NameRefused:  s.NameStatus == "DECLINED" || s.NameStatus == "REJECTED",
		Unread:       s.Failure != "" && s.Token == TokenIsGood && now.Sub(s.ReadAt) > unreadAfter,
	}
	for _, t := range All() {
		if found[t] {
			list = append(list, t)
		}
	}
	return list
}

// silent: Meta tells of each message that it took within seconds, and of nothing for a
// day is more than a quiet day. A number of which nothing ever came is new.
func silent(s *Standing, now time.Time) bool {
	unheard := s.SentAt.After(s.ReceivedAt.Add(unanswered)) && now.Sub(s.SentAt) > unanswered
	return unheard || !s.ReceivedAt.IsZero() && now.Sub(s.ReceivedAt) > quiet
}
