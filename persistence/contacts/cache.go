package contacts

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// cachedContact is shared by the aliases of a contact and never changed.
type cachedContact struct {
	Contact
	username string
}

// aliasCache remembers at most twice limit aliases in two generations: when the
// young one is full it becomes the old one, and what is used moves back.
type aliasCache struct {
	limit int

	mu         sync.Mutex
	young, old map[aliasKey]*cachedContact
}

func newAliasCache(limit int) *aliasCache {
	return &aliasCache{limit: limit, young: make(map[aliasKey]*cachedContact)}
}

func (c *aliasCache) get(key aliasKey) *cachedContact {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.young[key]; ok {
		return found
	}
	found, ok := c.old[key]
	if ok {
		c.add(key, found)
	}
	return found
}

func (c *aliasCache) put(key aliasKey, contact *cachedContact) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, contact)
}

func (c *aliasCache) add(key aliasKey, contact *cachedContact) {
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[aliasKey]*cachedContact)
	}
	c.young[key] = contact
}

func (c *aliasCache) drop(key aliasKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.young, key)
	delete(c.old, key)
}

// contactAlphabet keeps the order of what it encodes.
const contactAlphabet = "0123456789abcdefghijklmnopqrstuv"

// newContactID makes an id of "c" and 17 characters: 45 bits of milliseconds, so
// that new contacts stand together in the index, and 40 bits of chance.
func newContactID() wa.ContactID {
	var id [18]byte
	id[0] = 'c'
	ms, chance := uint64(time.Now().UnixMilli()), rand.Uint64()
	for n := 9; n > 0; n-- {
		id[n], ms = contactAlphabet[ms&31], ms>>5
	}
	for n := 17; n > 9; n-- {
		id[n], chance = contactAlphabet[chance&31], chance>>5
	}
	return wa.ContactID(id[:])
}
