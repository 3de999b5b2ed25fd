import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** A Neo4j community server for tests: Server HOME PORT PASSWORD. It ends when its standard input does. */
public class Server {
    public static void main(String[] arguments) {
        try {
            serve(arguments);
            System.exit(0);
        } catch (Throwable problem) { // the threads of a server that did not start would keep the process
            problem.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Files.createDirectories(home);
        DatabaseManagementServiceBuilder builder = new DatabaseManagementServiceBuilder(home)
            .setConfig(BoltConnector.enabled, true)
            .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1])))
            .setConfig(GraphDatabaseSettings.auth_enabled, true);
        long cache = Long.getLong("twintown.pagecache", 0); // MB; a benchmark gives it, and takes everything else as it is installed
        if (cache > 0) {
            builder.setConfig(GraphDatabaseSettings.pagecache_memory, cache << 20);
        } else {
            builder.setConfig(GraphDatabaseSettings.pagecache_memory, 64L << 20)
                .setConfig(GraphDatabaseSettings.logical_log_rotation_threshold, 16L << 20)
                .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                .setConfig(GraphDatabaseSettings.keep_logical_logs, "1 files")
                // Tests fill and empty the database all the time; planning everything anew each time would take longer than they do.
                .setConfig(GraphDatabaseSettings.cypher_min_replan_interval, Duration.ofHours(10))
                .setConfig(GraphDatabaseSettings.query_statistics_divergence_threshold, 1.0);
        }
        DatabaseManagementService service = builder.build();
        Path known = home.resolve("password-is-set"); // the server refuses to set the password that it has
        if (!Files.exists(known)) {
            service.database("system").executeTransactionally(
                "ALTER USER neo4j SET PLAINTEXT PASSWORD '" + arguments[2] + "' CHANGE NOT REQUIRED");
            Files.createFile(known);
        }
        System.out.println("ready");
        System.out.flush();
        while (System.in.read() >= 0) { }
        service.shutdown();
    }
}
