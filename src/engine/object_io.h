#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "engine/object.h"

namespace pvc {

/// Reads objects by id.
class ObjectSource {
 public:
  virtual ~ObjectSource() = default;

  /// Returns the object's canonical bytes.
  /// Throws: kCorrupt when it is missing or fails a check; kIo.   Thread-safe.
  virtual Bytes ReadObject(ObjectType type, const ObjectId& id) = 0;
  /// The same without a copy where the source holds the bytes itself.
  virtual std::shared_ptr<const Bytes> ReadShared(ObjectType type, const ObjectId& id) {
    return std::make_shared<const Bytes>(ReadObject(type, id));
  }
};

/// Takes objects to be stored. Submitting and learning the id are two steps, so that an
/// implementation may hash and compress on other threads while the caller goes on.
///
/// Used from one thread. Tickets count up from 0, one per Submit.
class ObjectSink {
 public:
  using Ticket = uint64_t;

  virtual ~ObjectSink() = default;

  /// Hands over an object's canonical bytes.
  /// `similar`: an object already stored that this one replaces, used as a delta base; the zero id
  /// when there is none. A hint: it never changes what is read back. Throws: whatever stopped an
  /// earlier object; kIo.
  virtual Ticket Submit(ObjectType type, Bytes bytes, const ObjectId& similar) = 0;

  /// Returns the id of a submitted object, waiting for it if need be. Every ticket is asked for at
  /// most once, in any order; ids are kept until then (tree writers lag, large values ask at once).
  virtual ObjectId Wait(Ticket ticket) = 0;

  /// Submits and waits.
  ObjectId Put(ObjectType type, Bytes bytes, const ObjectId& similar = ObjectId{}) {
    return Wait(Submit(type, std::move(bytes), similar));
  }
};

}  // namespace pvc
