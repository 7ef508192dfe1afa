package import Harvest
import JSON
package import Kubernetes

extension PoolStanding {
    /// What a `GPUPool` object declares, or what is wrong with it.
    package init(_ object: GenericObject) {
        let name = object.metadata.name
        do throws(SpecProblems) {
            self.init(try GPUPool(name: name, spec: object.spec ?? .null), suspension: object.suspension)
        } catch {
            self.init(name: name, problems: error)
        }
    }
}

extension GenericObject {
    /// Why the pool is suspended: so says its status, as long as its owner has not changed the spec. It is read from
    /// there by all that decide, so that a suspension outlives the process that found the promise broken.
    fileprivate var suspension: String? {
        guard let condition = conditions["Suspended"], condition.status == .yes,
            condition.observedGeneration == metadata.generation
        else { return nil }
        return condition.message.hasSuffix(".") ? String(condition.message.dropLast()) : condition.message
    }
}

/// A `ServedModel` object: what it declares, or what is wrong with it.
package enum ModelStanding: Sendable, Equatable {
    case model(ServedModel)
    case refused(SpecProblems)

    package init(_ object: GenericObject) {
        do throws(SpecProblems) {
            self = .model(try ServedModel(name: object.metadata.name, spec: object.spec ?? .null))
        } catch {
            self = .refused(error)
        }
    }

    package var model: ServedModel? {
        if case .model(let model) = self { model } else { nil }
    }
}
