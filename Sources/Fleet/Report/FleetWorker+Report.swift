package import OpenAI
import Synchronization

extension FleetWorker {
    /// Models that are offered although no worker may have them now: requests for them wait for one.
    package func offer(_ models: Set<String>) { offers.withLock { $0 = models } }

    /// What this gateway sees of its fleet.
    package func report() -> FleetReport {
        let now = dispatcher.now()
        return FleetReport(
            gateway: id, models: modelReports,
            workers: members.all.filter(\.known.isThere).map { member in
                var worker = dispatcher.record.worker(member)
                worker.cachedTokens = dispatcher.cachedTokens(of: member)
                return worker
            },
            departures: dispatcher.record.departures(now: now))
    }

    private var modelReports: [FleetReport.Model] {
        let rates = dispatcher.record.models
        var models = Dictionary(rates.map { ($0.id, $0) }) { first, _ in first }
        func change(_ id: String, _ body: (inout FleetReport.Model) -> Void) {
            body(&models[id, default: FleetReport.Model(id: id)])
        }
        for card in cards { change(card.id) { _ in } }
        for (id, sum) in unserved.sums {
            change(id) {
                $0.waiting += sum.choices
                $0.waitingTokens += sum.tokens
            }
        }
        for (id, waiting, tokens) in dispatcher.waiting {
            change(id) {
                $0.waiting += waiting
                $0.waitingTokens += tokens
            }
        }
        return models.values.sorted { $0.id < $1.id }
    }
}
